import { PageHead } from '../../parts/page.tsx';

export function RunPage() {
  return <PageHead title="Run" />;
}
