import { PageHead } from '../../parts/page.tsx';

export function EditJobPage() {
  return <PageHead title="Edit" />;
}
