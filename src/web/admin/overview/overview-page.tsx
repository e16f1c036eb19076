/** The console's first page: how everybody's sync stands in six counts, what needs somebody today in order, and how fresh and complete it has been. */
import type { AdminOverview } from '../../../api-schema/admin/overview.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import { WithAnswer } from '../shared/with-answer.tsx';
import { CountTiles } from './count-tiles.tsx';
import { DayCharts } from './day-charts.tsx';
import { FreshnessCard } from './freshness-card.tsx';
import { NeedsCard } from './needs-card.tsx';
import css from './overview.module.css';

const EVERY_MS = 60_000;

export function OverviewPage() {
  const overview = useAdmin<AdminOverview>(routes.overview, { everyMs: EVERY_MS });
  return (
    <PageFrame title="Overview">
      <WithAnswer query={overview} label="Loading the overview">
        {({ counts, needs, days, ...measures }) => (
          <>
            <CountTiles counts={counts} />
            <div className={css.columns}>
              <NeedsCard needs={needs} users={counts.users} />
              <FreshnessCard {...measures} />
            </div>
            <DayCharts days={days} />
          </>
        )}
      </WithAnswer>
    </PageFrame>
  );
}
