/**
 * What a task holds, and how its status, percentage and completion hold each other: a task done is 100 % with a date,
 * and a recurring one that is done goes on to its next occurrence. Dates are local days without a zone.
 */
import { daysOf, type Recurrence } from '../calendar/recurrence.ts';

export type TaskStatus = 'NotStarted' | 'InProgress' | 'Completed' | 'WaitingOnOthers' | 'Deferred';

export interface TaskContent {
  status: TaskStatus;
  /** 0 to 100. */
  percentComplete: number;
  /** Days since 1970-01-01. */
  startDay: number | undefined;
  dueDay: number | undefined;
  completeDay: number | undefined;
  recurrence: Recurrence | undefined;
  owner: string;
  changeCount: number;
  /** Other texts by their EWS element, e.g. `BillingInformation`. */
  texts: Readonly<Record<string, string>>;
  lists: Readonly<Record<string, readonly string[]>>;
}

export function createTask(owner: string): TaskContent {
  return {
    status: 'NotStarted',
    percentComplete: 0,
    startDay: undefined,
    dueDay: undefined,
    completeDay: undefined,
    recurrence: undefined,
    owner,
    changeCount: 1,
    texts: {},
    lists: {},
  };
}

/** What follows when a status is set. `today` is a day number. */
export function withStatus(task: TaskContent, status: TaskStatus, today: number): TaskContent {
  if (status === 'Completed')
    return { ...task, status, percentComplete: 100, completeDay: task.completeDay ?? today };
  const percentComplete = task.percentComplete === 100 ? 0 : task.percentComplete;
  return {
    ...task,
    status,
    percentComplete: status === 'NotStarted' ? 0 : percentComplete,
    completeDay: undefined,
  };
}

/** What follows when a percentage is set. */
export function withPercent(task: TaskContent, percentComplete: number, today: number): TaskContent {
  if (percentComplete >= 100) return withStatus(task, 'Completed', today);
  const isFresh = percentComplete === 0 && task.status !== 'WaitingOnOthers' && task.status !== 'Deferred';
  const status = isFresh ? 'NotStarted' : percentComplete === 0 ? task.status : 'InProgress';
  return { ...task, status, percentComplete, completeDay: undefined };
}

/**
 * The next occurrence of a recurring task, not begun; undefined when there is none. A regenerating one counts from
 * `doneDay`, any other from its pattern.
 */
export function nextOccurrence(task: TaskContent, doneDay: number): TaskContent | undefined {
  const { recurrence } = task;
  const current = task.dueDay ?? task.startDay ?? recurrence?.startDay;
  if (recurrence === undefined || current === undefined) return undefined;
  const isRegenerating = recurrence.pattern.kind === 'regeneration';
  let passed = 0;
  let next: number | undefined;
  for (const day of daysOf(isRegenerating ? { ...recurrence, startDay: doneDay } : recurrence)) {
    passed += 1;
    if (day > (isRegenerating ? doneDay : current)) {
      next = day;
      break;
    }
  }
  if (next === undefined) return undefined;
  const rest =
    isRegenerating && recurrence.count !== undefined ? { count: recurrence.count - passed + 1 } : {};
  const lead = task.dueDay !== undefined && task.startDay !== undefined ? task.dueDay - task.startDay : 0;
  return {
    ...task,
    status: 'NotStarted',
    percentComplete: 0,
    completeDay: undefined,
    startDay: task.startDay === undefined ? undefined : next - lead,
    dueDay: task.dueDay === undefined ? undefined : next,
    recurrence: { ...recurrence, ...rest },
    changeCount: task.changeCount + 1,
  };
}
