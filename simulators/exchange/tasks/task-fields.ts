/**
 * Which properties of a task may be written, and what each brings with it.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/task
 */
import { readDay } from '../calendar/recurrence.ts';
import { readRecurrence } from '../calendar/recurrence-xml.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import {
  type FieldRule,
  type FieldWriter,
  readChoice,
  readStrings,
  type WriteContext,
} from '../item-fields.ts';
import type { XmlNode } from '../xml-tree.ts';
import { dayOf, toLocal } from '../zones/zone.ts';
import { type TaskContent, withPercent, withStatus } from './task.ts';

const TEXTS = ['ActualWork', 'BillingInformation', 'Mileage', 'TotalWork'];
const LISTS = ['Companies', 'Contacts'];

function onTask(
  change: (task: TaskContent, node: XmlNode, today: number, context: WriteContext) => Partial<TaskContent>,
): FieldWriter {
  return (draft, node, context) => {
    if (draft.task === undefined) throw new ServiceError('ErrorInvalidPropertySet');
    const today = dayOf(toLocal(context.zone, context.now));
    draft.task = { ...draft.task, ...change(draft.task, node, today, context) };
  };
}

/** The day as it stands in the text: Exchange keeps the dates of tasks without time or zone. */
function readTaskDay(node: XmlNode): number {
  const day = readDay(node.text);
  if (day === undefined) throw schemaViolation(`The '${node.name}' element is invalid.`);
  return day;
}

function dayRule(name: 'startDay' | 'dueDay'): FieldRule {
  return {
    set: onTask((task, node) => {
      const day = readTaskDay(node);
      // A start after the due date takes it along, as a due date before the start does.
      if (name === 'startDay')
        return { startDay: day, ...(task.dueDay !== undefined && task.dueDay < day ? { dueDay: day } : {}) };
      return {
        dueDay: day,
        ...(task.startDay !== undefined && task.startDay > day ? { startDay: day } : {}),
      };
    }),
    delete: onTask(() =>
      name === 'startDay' ? { startDay: undefined } : { startDay: undefined, dueDay: undefined },
    ),
  };
}

/** Rules by field URI. */
export const TASK_FIELDS: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ['task:StartDate', dayRule('startDay')],
  ['task:DueDate', dayRule('dueDay')],
  [
    'task:Status',
    {
      set: onTask((task, node, today) =>
        withStatus(
          task,
          readChoice(node, ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred']),
          today,
        ),
      ),
    },
  ],
  [
    'task:PercentComplete',
    {
      set: onTask((task, node, today) => {
        const percent = Number(node.text.trim());
        if (!(percent >= 0 && percent <= 100)) throw new ServiceError('ErrorInvalidValueForProperty');
        return withPercent(task, percent, today);
      }),
    },
  ],
  [
    'task:CompleteDate',
    {
      set: onTask((task, node, today) => {
        const day = readTaskDay(node);
        if (day > today + 1)
          throw new ServiceError('ErrorInvalidPropertySet', undefined, { fieldUri: 'task:CompleteDate' });
        return withStatus({ ...task, completeDay: day }, 'Completed', today);
      }),
      delete: onTask((task, _node, today) => withStatus(task, 'NotStarted', today)),
    },
  ],
  [
    'task:Recurrence',
    {
      set: onTask((_task, node) => ({ recurrence: readRecurrence(node, true) })),
      delete: onTask(() => ({ recurrence: undefined })),
    },
  ],
  ...TEXTS.map((name): [string, FieldRule] => [
    `task:${name}`,
    {
      set: onTask((task, node) => ({ texts: { ...task.texts, [name]: node.text.trim() } })),
      delete: onTask((task) => ({ texts: { ...task.texts, [name]: '' } })),
    },
  ]),
  ...LISTS.map((name): [string, FieldRule] => [
    `task:${name}`,
    {
      set: onTask((task, node) => ({ lists: { ...task.lists, [name]: readStrings(node) } })),
      delete: onTask((task) => ({ lists: { ...task.lists, [name]: [] } })),
    },
  ]),
]);
