/** *History*: *Why?* for any mail, and the runs with their counts, each of which can be undone. */
import { RunList } from '../../status/run-list.tsx';
import { WhyCard } from './why-card.tsx';

export function HistoryPage() {
  return (
    <>
      <WhyCard />
      <RunList />
    </>
  );
}
