/**
 * The org's own words for a task's status and priority, and ours. An org names, adds and takes away values as it likes; which of them count as closed or
 * high is told by TaskStatus and TaskPriority, which is the default by both. Pure. Vendor page: docs/remote-services/salesforce.md#task-words.
 */
import { perShape, type TaskWord } from '../describe.ts';

export interface TaskWords {
  /** Our word to the org's; a word that the org lacks leads to the nearest one. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly priorities: Readonly<Record<string, string>>;
  /** Words of ours that come back as another one. */
  readonly changedStatuses: Readonly<Record<string, string>>;
  readonly changedPriorities: Readonly<Record<string, string>>;
}

/** Salesforce's own names of the open states between the first and the last. */
const OPEN_STATES: Readonly<Record<string, string>> = {
  'in-progress': 'In Progress',
  waiting: 'Waiting on someone else',
  deferred: 'Deferred',
};

export const taskWordsOf = perShape((org): TaskWords => {
  const task = org.objects.get('Task');
  const offered = (field: string, told: readonly TaskWord[] | null, marked: string): readonly TaskWord[] => {
    const listed = task?.fields.get(field)?.picklistValues?.filter(({ active }) => active !== false) ?? [];
    if (told === null || told.length === 0)
      return listed.map(({ value, defaultValue }) => ({
        name: value,
        isDefault: defaultValue === true,
        isMarked: value === marked,
      }));
    // A record type or a value that was switched off is not what TaskStatus knows of.
    return told.filter(({ name }) => listed.length === 0 || listed.some(({ value }) => value === name));
  };
  const statuses = statusWords(offered('Status', org.taskStatuses, 'Completed'));
  const priorities = priorityWords(offered('Priority', org.taskPriorities, 'High'));
  return {
    statuses: statuses.words,
    priorities: priorities.words,
    changedStatuses: statuses.changed,
    changedPriorities: priorities.changed,
  };
});

interface Words {
  readonly words: Readonly<Record<string, string>>;
  readonly changed: Readonly<Record<string, string>>;
}

function statusWords(offered: readonly TaskWord[]): Words {
  const open = offered.filter(({ isMarked }) => !isMarked);
  const closed = offered.filter(({ isMarked }) => isMarked);
  const inBetween = new Set(Object.values(OPEN_STATES).map((name) => name.toLowerCase()));
  const first =
    open.find(({ isDefault }) => isDefault) ??
    open.find(({ name }) => !inBetween.has(name.toLowerCase())) ??
    open[0];
  const last =
    closed.find(({ name }) => name === 'Completed') ?? closed.find((one) => one.isDefault) ?? closed[0];
  const words: Record<string, string> = {
    open: first?.name ?? 'Not Started',
    completed: last?.name ?? 'Completed',
  };
  const changed: Record<string, string> = {};
  for (const [word, name] of Object.entries(OPEN_STATES)) {
    const there = open.find((one) => one.name.toLowerCase() === name.toLowerCase());
    words[word] = there?.name ?? words.open ?? name;
    const comesBackAs = statusWordOf({ Status: words[word], IsClosed: false });
    if (comesBackAs !== word) changed[word] = comesBackAs;
  }
  // The default may itself be a state in between.
  const openAs = statusWordOf({ Status: words.open, IsClosed: false });
  if (openAs !== 'open') changed.open = openAs;
  return { words, changed };
}

function priorityWords(offered: readonly TaskWord[]): Words {
  const high = offered.find(({ isMarked }) => isMarked);
  const others = offered.filter(({ isMarked }) => !isMarked);
  const low = others.find(({ name }) => name.toLowerCase() === 'low');
  const normal = others.find((one) => one.isDefault && one !== low) ?? others.find((one) => one !== low);
  const words: Record<string, string> = { normal: normal?.name ?? low?.name ?? high?.name ?? 'Normal' };
  words.high = high?.name ?? words.normal ?? 'High';
  words.low = low?.name ?? words.normal ?? 'Low';
  const comesBackAs = (name: string | undefined) =>
    priorityWordOf({ Priority: name, IsHighPriority: high !== undefined && name === high.name });
  const changed: Record<string, string> = {};
  for (const word of ['normal', 'high', 'low'])
    if (comesBackAs(words[word]) !== word) changed[word] = comesBackAs(words[word]);
  return { words, changed };
}

/** Our word for a task's status; a state that only this org knows is open. */
export function statusWordOf(row: { readonly Status?: unknown; readonly IsClosed?: unknown }): string {
  const name = String(row.Status ?? '').toLowerCase();
  if (row.IsClosed === true) return 'completed';
  if (row.IsClosed === undefined && name === 'completed') return 'completed';
  return Object.entries(OPEN_STATES).find(([, known]) => known.toLowerCase() === name)?.[0] ?? 'open';
}

/** Our word for a task's priority. */
export function priorityWordOf(row: {
  readonly Priority?: unknown;
  readonly IsHighPriority?: unknown;
}): string {
  const name = String(row.Priority ?? '').toLowerCase();
  if (row.IsHighPriority === true || (row.IsHighPriority === undefined && name === 'high')) return 'high';
  return name === 'low' ? 'low' : 'normal';
}
