/** From a task's element to a task in our words. Dates are days: no zone moves them. Pure, and total for odd data. */
import { canonicalLine } from '../../../model/canonical.ts';
import type { TaskItem } from '../../../model/mailbox-item.ts';
import { instantOf } from '../mapping.ts';
import { textOf, type XmlNode } from '../soap.ts';
import { bodyText, commonOf } from './common-mapping.ts';
import { nearestDate } from './zones.ts';

/** An item as `getDetails` asks for it; null where it is no task. A recurring task stands for its current occurrence. */
export function readTask(item: XmlNode | undefined): TaskItem | null {
  const common = item?.name === 'Task' ? commonOf(item) : null;
  if (item === undefined || common === null) return null;
  const dueAt = instantOf(item, 'DueDate');
  return {
    ...common,
    collection: 'tasks',
    fields: {
      subject: canonicalLine(textOf(item, 'Subject')),
      description: bodyText(item),
      due: dueAt === null ? '' : nearestDate(dueAt),
      status: STATUSES[textOf(item, 'Status') ?? ''] ?? 'open',
      priority: PRIORITIES[textOf(item, 'Importance') ?? ''] ?? 'normal',
    },
    completedAt: instantOf(item, 'CompleteDate'),
  };
}

const STATUSES: Readonly<Record<string, string>> = {
  NotStarted: 'open',
  InProgress: 'in-progress',
  Completed: 'completed',
  WaitingOnOthers: 'waiting',
  Deferred: 'deferred',
};
const PRIORITIES: Readonly<Record<string, string>> = { High: 'high', Normal: 'normal', Low: 'low' };
