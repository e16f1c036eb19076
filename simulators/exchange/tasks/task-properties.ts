/**
 * How a task's properties are written, in the order of the schema's TaskType. Dates are midnights without a zone's say.
 */
import { writeDay } from '../calendar/recurrence.ts';
import { writeRecurrence } from '../calendar/recurrence-xml.ts';
import { cheap, type ItemProperty, type PropertySource, property } from '../properties.ts';
import { element, textElement } from '../xml-writer.ts';
import type { TaskContent, TaskStatus } from './task.ts';

const DESCRIPTIONS: Record<TaskStatus, string> = {
  NotStarted: 'Not Started',
  InProgress: 'In Progress',
  Completed: 'Completed',
  WaitingOnOthers: 'Waiting on someone else',
  Deferred: 'Deferred',
};

function task(
  name: string,
  shapes: ItemProperty['shapes'],
  write: (task: TaskContent) => string,
): ItemProperty {
  const of = ({ item }: PropertySource) => (item.task === undefined ? '' : write(item.task));
  return property(`task:${name}`, shapes, of, cheap);
}

function plain(
  name: string,
  shapes: ItemProperty['shapes'],
  read: (task: TaskContent) => string | number | boolean | undefined,
): ItemProperty {
  return task(name, shapes, (content) => {
    const value = read(content);
    return value === undefined || value === '' ? '' : textElement(`t:${name}`, value);
  });
}

function list(name: string): ItemProperty {
  return task(name, 'all', ({ lists }) => {
    const values = lists[name] ?? [];
    return values.length === 0
      ? ''
      : element(`t:${name}`, {}, ...values.map((value) => textElement('t:String', value)));
  });
}

const midnight = (day: number | undefined) => (day === undefined ? undefined : `${writeDay(day)}T00:00:00Z`);

/** In the order of the schema. */
export const TASK_PROPERTIES: readonly ItemProperty[] = [
  plain('ActualWork', 'all', ({ texts }) => texts.ActualWork),
  plain('BillingInformation', 'all', ({ texts }) => texts.BillingInformation),
  plain('ChangeCount', 'all', ({ changeCount }) => changeCount),
  list('Companies'),
  plain('CompleteDate', 'all', ({ completeDay }) => midnight(completeDay)),
  list('Contacts'),
  plain('DelegationState', 'all', () => 'NoMatch'),
  plain('DueDate', 'find', ({ dueDay }) => midnight(dueDay)),
  plain('IsAssignmentEditable', 'all', () => 0),
  plain('IsComplete', 'all', ({ status }) => status === 'Completed'),
  plain('IsRecurring', 'all', ({ recurrence }) => recurrence !== undefined),
  plain('IsTeamTask', 'all', () => false),
  plain('Mileage', 'all', ({ texts }) => texts.Mileage),
  plain('Owner', 'all', ({ owner }) => owner),
  plain('PercentComplete', 'find', ({ percentComplete }) => percentComplete),
  task('Recurrence', 'default', ({ recurrence }) =>
    recurrence === undefined ? '' : writeRecurrence(recurrence),
  ),
  plain('StartDate', 'find', ({ startDay }) => midnight(startDay)),
  plain('Status', 'find', ({ status }) => status),
  plain('StatusDescription', 'all', ({ status }) => DESCRIPTIONS[status]),
  plain('TotalWork', 'all', ({ texts }) => texts.TotalWork),
];
