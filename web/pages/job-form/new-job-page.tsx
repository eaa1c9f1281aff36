import { PageHead } from '../../parts/page.tsx';

export function NewJobPage() {
  return <PageHead title="New" />;
}
