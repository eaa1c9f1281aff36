import { PageHead } from '../../parts/page.tsx';

export function RunsPage() {
  return <PageHead title="Runs" />;
}
