/** *History*: *Why?* for any item, deletions that wait or were decided, and the runs with their counts, each of which can be undone. */
import { HoldsCard } from '../../holds/holds-card.tsx';
import { WhyItemCard } from '../../items/why-item-card.tsx';
import { RunList } from '../../status/run-list.tsx';
import { WhyCard } from './why-card.tsx';

export function HistoryPage() {
  return (
    <>
      <WhyCard />
      <WhyItemCard />
      <HoldsCard />
      <RunList />
    </>
  );
}
