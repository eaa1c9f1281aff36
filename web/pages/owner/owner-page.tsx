import { PageHead } from '../../parts/page.tsx';

export function OwnerPage() {
  return <PageHead title="Owner" />;
}
