/** Tasks over EWS: status and completion, dates without a zone, recurring tasks that go on when one is done. */
import { expect, test } from 'vitest';
import {
  ANN,
  CREATE_ITEM,
  createTestWorld,
  DELETE_ITEM,
  FIND_ITEMS,
  findAll,
  firstText,
  GET_ITEMS,
  ITEM_ID,
  SET_FIELD,
  UPDATE_ITEM,
} from '../test-support.ts';

const ALL = '<t:BaseShape>AllProperties</t:BaseShape>';
const WEEKLY =
  '<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-01-05</t:StartDate><t:NumberOfOccurrences>2</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

function createWorld() {
  const world = createTestWorld();
  const { call } = world;
  const idIn = (answer: Awaited<ReturnType<typeof call>>) =>
    findAll(answer.root, 'ItemId')[0]?.attributes.Id ?? '';
  return {
    ...world,
    create: async (content: string) =>
      idIn(await call(CREATE_ITEM(`<t:Task>${content}</t:Task>`, undefined, ''))),
    update: async (id: string, updates: string) => {
      const answer = await call(UPDATE_ITEM(ITEM_ID(id), updates, ''));
      return { codes: answer.codes, id: idIn(answer) };
    },
    async state(id: string) {
      const { root } = await call(GET_ITEMS([id], ALL));
      return ['Status', 'PercentComplete', 'DueDate', 'CompleteDate', 'IsRecurring'].map((name) =>
        firstText(root, name),
      );
    },
  };
}

const set = (name: string, value: string) => SET_FIELD('Task', `task:${name}`, value);

test('status, percentage and completion follow each other', async () => {
  const { create, update, state } = createWorld();
  const id = await create('<t:Subject>Call</t:Subject><t:DueDate>2026-01-09T22:30:00</t:DueDate>');
  expect(await state(id)).toEqual(['NotStarted', '0', '2026-01-09T00:00:00Z', undefined, 'false']);
  await update(id, set('PercentComplete', '50'));
  expect((await state(id)).slice(0, 2)).toEqual(['InProgress', '50']);
  await update(id, set('Status', 'Completed'));
  expect(await state(id)).toEqual([
    'Completed',
    '100',
    '2026-01-09T00:00:00Z',
    '2026-01-05T00:00:00Z',
    'false',
  ]);
  await update(id, set('Status', 'WaitingOnOthers'));
  expect((await state(id)).slice(0, 4)).toEqual(['WaitingOnOthers', '0', '2026-01-09T00:00:00Z', undefined]);
  await update(id, set('CompleteDate', '2026-01-04T00:00:00Z'));
  expect((await state(id))[3]).toBe('2026-01-04T00:00:00Z');
  expect((await update(id, set('CompleteDate', '2027-01-04T00:00:00Z'))).codes).toEqual([
    'ErrorInvalidPropertySet',
  ]);
});

test('a recurring task that is done leaves the done one behind and goes on, the last one ends it', async () => {
  const { create, update, state } = createWorld();
  const id = await create(`<t:Subject>Report</t:Subject>${WEEKLY}`);
  expect(await state(id)).toEqual(['NotStarted', '0', '2026-01-05T00:00:00Z', undefined, 'true']);
  const done = await update(id, set('Status', 'Completed'));
  expect(done.id).not.toBe(id);
  expect(await state(done.id)).toEqual([
    'Completed',
    '100',
    '2026-01-05T00:00:00Z',
    '2026-01-05T00:00:00Z',
    'false',
  ]);
  expect(await state(id)).toEqual(['NotStarted', '0', '2026-01-12T00:00:00Z', undefined, 'true']);
  const last = await update(id, set('Status', 'Completed'));
  expect(last.id).toBe(id);
  expect((await state(id)).slice(0, 1)).toEqual(['Completed']);
});

test('a regenerating task counts from the day it was done', async () => {
  const { create, update, state, clock } = createWorld();
  const id = await create(
    '<t:DueDate>2026-01-05T00:00:00Z</t:DueDate><t:Recurrence><t:DailyRegeneration><t:Interval>10</t:Interval></t:DailyRegeneration><t:NoEndRecurrence><t:StartDate>2026-01-05</t:StartDate></t:NoEndRecurrence></t:Recurrence>',
  );
  clock.at = Date.UTC(2026, 0, 20, 12);
  await update(id, set('Status', 'Completed'));
  expect((await state(id))[2]).toBe('2026-01-30T00:00:00Z');
});

test('a deletion says which occurrences it means', async () => {
  const { create, state, call, simulator } = createWorld();
  const id = await create(WEEKLY);
  const remove = async (attributes: string) => (await call(DELETE_ITEM(ITEM_ID(id), attributes))).codes;
  expect(await remove('')).toEqual(['ErrorAffectedTaskOccurrencesRequired']);
  expect(await remove('AffectedTaskOccurrences="SpecifiedOccurrenceOnly"')).toEqual(['NoError']);
  expect((await state(id))[2]).toBe('2026-01-12T00:00:00Z');
  expect(await remove('AffectedTaskOccurrences="SpecifiedOccurrenceOnly"')).toEqual([
    'ErrorCannotDeleteTaskOccurrence',
  ]);
  expect(await remove('AffectedTaskOccurrences="AllOccurrences"')).toEqual(['NoError']);
  expect(simulator.snapshot(ANN).folders.find(({ role }) => role === 'tasks')?.items).toEqual([]);
  expect(simulator.notificationsSent()).toEqual([]);
});

test('open tasks are found by status and sorted by their date', async () => {
  const { call, simulator } = createWorld();
  for (const [subject, dueDate] of [
    ['C', '2026-03-01'],
    ['A', '2026-01-01'],
    ['B', '2026-02-01'],
  ] as const)
    simulator.createTask(ANN, { subject, dueDate });
  const doneId = simulator.createTask(ANN, { subject: 'Done', dueDate: '2026-01-02' });
  simulator.editTask(ANN, doneId, { status: 'Completed' });
  const narrowing =
    '<m:Restriction><t:IsNotEqualTo><t:FieldURI FieldURI="task:Status"/><t:FieldURIOrConstant><t:Constant Value="Completed"/></t:FieldURIOrConstant></t:IsNotEqualTo></m:Restriction><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="task:DueDate"/></t:FieldOrder></m:SortOrder>';
  const found = await call(FIND_ITEMS(narrowing, 'tasks', ['item:Subject']));
  expect(findAll(found.root, 'Subject').map((node) => node.text)).toEqual(['A', 'B', 'C']);
  expect((await call(CREATE_ITEM('<t:Task/>', 'calendar', ''))).codes).toEqual([
    'ErrorCannotCreateTaskInNonTaskFolder',
  ]);
});
