import { PageHead } from '../../parts/page.tsx';

export function TimelinePage() {
  return <PageHead title="Timeline" />;
}
