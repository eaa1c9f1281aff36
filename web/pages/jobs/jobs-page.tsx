import { PageHead } from '../../parts/page.tsx';

export function JobsPage() {
  return <PageHead title="Jobs" />;
}
