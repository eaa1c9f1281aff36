import { PageHead } from '../../parts/page.tsx';

export function TodayPage() {
  return <PageHead title="Tonight" />;
}
