/** The console's first page: how everybody's sync stands, and what needs somebody today. */
import { PageFrame } from '../shared/page-frame.tsx';

export function OverviewPage() {
  return <PageFrame title="Overview">{null}</PageFrame>;
}
