import { PageHead } from '../../parts/page.tsx';

export function JobPage() {
  return <PageHead title="Job" />;
}
