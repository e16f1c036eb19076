import { expect, test } from 'vitest';
import type { FieldShape, ObjectShape, OrgShape, TaskWord } from '../describe.ts';
import { priorityWordOf, statusWordOf, taskWordsOf } from './task-words.ts';

const word = (name: string, isDefault = false, isMarked = false): TaskWord => ({ name, isDefault, isMarked });
const picklist = (name: string, values: readonly string[]): [string, FieldShape] => [
  name,
  { name, type: 'picklist', picklistValues: values.map((value) => ({ value, active: true })) },
];

function org(statuses: readonly TaskWord[] | null, priorities: readonly TaskWord[] | null): OrgShape {
  const listed = (words: readonly TaskWord[] | null, fallback: readonly string[]) =>
    words === null ? fallback : words.map(({ name }) => name);
  const task: ObjectShape = {
    name: 'Task',
    createable: true,
    queryable: true,
    fields: new Map([
      picklist('Status', listed(statuses, ['Not Started', 'In Progress', 'Completed'])),
      picklist('Priority', listed(priorities, ['High', 'Normal', 'Low'])),
    ]),
  };
  return {
    objects: new Map([['Task', task]]),
    taskStatuses: statuses,
    taskPriorities: priorities,
  };
}

test('every word comes back as it is or as its capability says', () => {
  const orgs = [
    org(null, null),
    org(
      [word('Not Started', true), word('Deferred'), word('Completed', false, true)],
      [word('High', false, true), word('Normal', true), word('Low')],
    ),
    org([word('In Progress', true), word('Done', false, true)], [word('Now', true, true)]),
    org([word('Closed', true, true)], [word('Low', true)]),
    org([], []),
  ];
  for (const one of orgs) {
    const words = taskWordsOf(one);
    const isClosed = (name: string | undefined) =>
      one.taskStatuses === null || one.taskStatuses.length === 0
        ? name === 'Completed'
        : one.taskStatuses.some((status) => status.name === name && status.isMarked);
    const isHigh = (name: string | undefined) =>
      one.taskPriorities === null || one.taskPriorities.length === 0
        ? name === 'High'
        : one.taskPriorities.some((priority) => priority.name === name && priority.isMarked);
    for (const status of ['open', 'in-progress', 'waiting', 'deferred', 'completed']) {
      const name = words.statuses[status];
      expect(statusWordOf({ Status: name, IsClosed: isClosed(name) })).toBe(
        words.changedStatuses[status] ?? status,
      );
    }
    for (const priority of ['high', 'normal', 'low']) {
      const name = words.priorities[priority];
      expect(priorityWordOf({ Priority: name, IsHighPriority: isHigh(name) })).toBe(
        words.changedPriorities[priority] ?? priority,
      );
    }
  }
});

test('a new task begins with the org’s default, or with the first that is neither begun nor closed', () => {
  expect(
    taskWordsOf(org([word('In Progress'), word('Neu'), word('Fertig', false, true)], null)).statuses,
  ).toMatchObject({
    open: 'Neu',
    completed: 'Fertig',
    'in-progress': 'In Progress',
  });
});
