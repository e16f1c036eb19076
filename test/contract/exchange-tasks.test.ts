/** Tasks at the simulated Exchange: every field both ways, dates that no zone moves, the window, and recurring tasks. */
import { describe, expect, it } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { TaskItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/exchange-bench.ts';
import {
  drainItems,
  feedOf,
  itemsIn,
  newItem,
  nothingRead,
  openItems,
  valuesOf,
  visitItems,
} from '../support/exchange-items-bench.ts';

const EMPTY: Fields = { subject: '', description: '', due: '', status: 'open', priority: 'normal' };
const FULL: Fields = {
  subject: 'Call “Zoë” & <co>',
  description: 'First 😀\n\nsecond',
  due: '2026-03-29',
  status: 'waiting',
  priority: 'high',
};

type World = ReturnType<typeof openItems>;

function read(given: Parameters<World['simulator']['createTask']>[1]) {
  const world = openItems();
  return world.readOne('tasks', world.simulator.createTask(ANN, given)) as Promise<TaskItem>;
}

async function create(world: World, fields: Fields, stamp = '00T1') {
  const items = [newItem(stamp, fields)];
  const [made] = valuesOf(await world.connect().items.createItems('tasks', items, { mayExist: false }));
  if (made === undefined) throw new Error('no answer');
  return made;
}

describe('a task is read', () => {
  it('with all its fields', async () => {
    expect(
      await read({
        subject: 'Call',
        bodyType: 'HTML',
        body: '<p>note</p>',
        dueDate: '2026-01-31',
        importance: 'Low',
        categories: ['Salesforce'],
      }),
    ).toMatchObject({
      fields: { subject: 'Call', description: 'note', due: '2026-01-31', status: 'open', priority: 'low' },
      categories: ['Salesforce'],
      completedAt: null,
      stamp: null,
    });
  });

  it.each([
    ['NotStarted', 'open'],
    ['InProgress', 'in-progress'],
    ['WaitingOnOthers', 'waiting'],
    ['Deferred', 'deferred'],
    ['Completed', 'completed'],
  ] as const)('of status %s', async (status, ours) => {
    const task = await read({ status });
    expect(task.fields.status).toBe(ours);
    expect(task.completedAt).toBe(ours === 'completed' ? Date.UTC(2026, 0, 5) : null);
  });

  it('empty, where it says nothing', async () => {
    expect((await read({})).fields).toEqual(EMPTY);
  });
});

describe('a task is written', () => {
  it.each([
    ['full', FULL],
    ['empty', EMPTY],
    ['by its subject alone', { subject: 'x' }],
    ['with a long subject', { subject: `${'x'.repeat(300)}` }],
    ...['open', 'in-progress', 'waiting', 'deferred', 'completed'].map((status): [string, Fields] => [
      `with the status ${status}`,
      { subject: 'x', status },
    ]),
    ...['high', 'normal', 'low'].map((priority): [string, Fields] => [
      `of priority ${priority}`,
      { subject: 'x', priority },
    ]),
  ])('%s, and comes back as it was', async (_name, fields: Fields) => {
    const world = openItems();
    const { items } = world.connect();
    const expected = { ...EMPTY, ...reduceFields(fields, items.capabilities.tasks.fields) };
    const made = await create(world, fields);
    const after = await world.readOne('tasks', made.itemId);
    expect(after.fields).toEqual(expected);
    expect(after).toMatchObject({ stamp: '00T1', version: made.version });

    const other = await create(world, { ...FULL, status: 'in-progress' }, '00T2');
    const update = { ...other, fields: { ...EMPTY, ...fields } };
    const [updated] = valuesOf(await items.updateItems('tasks', [update]));
    const changed = await world.readOne('tasks', other.itemId);
    expect(changed.fields).toEqual(expected);
    expect(changed.version).toBe(updated?.version);
    expect(world.notifications()).toBe(0);
  });

  it.each(['Pacific Standard Time', 'Tokyo Standard Time', 'UTC'])(
    'with a due date that is a day of its owner’s zone, %s',
    async (timeZone) => {
      const world = openItems();
      world.simulator.createEvent(ANN, { start: '2026-02-02T09:00:00', timeZone });
      const made = await create(world, { subject: 'x', due: '2026-03-08' });
      expect((await world.readOne('tasks', made.itemId)).fields.due).toBe('2026-03-08');
      const fields = { due: '2026-11-01' };
      valuesOf(await world.connect().items.updateItems('tasks', [{ ...made, fields }]));
      expect((await world.readOne('tasks', made.itemId)).fields.due).toBe('2026-11-01');
    },
  );

  it('also where the calendar, which tells the zone, may not be opened', async () => {
    const world = openItems();
    world.simulator.setDenied(ANN, true, 'calendar');
    const made = await create(world, FULL);
    expect((await world.readOne('tasks', made.itemId)).fields).toEqual(FULL);
  });

  it('in its changed fields alone', async () => {
    const world = openItems();
    const made = await create(world, FULL);
    valuesOf(
      await world.connect().items.updateItems('tasks', [{ ...made, fields: { status: 'completed' } }]),
    );
    expect((await world.readOne('tasks', made.itemId)).fields).toEqual({ ...FULL, status: 'completed' });
  });

  it('not over what somebody changed since', async () => {
    const world = openItems();
    const made = await create(world, FULL);
    world.simulator.editTask(ANN, made.itemId, { subject: 'By hand' });
    expect(await world.connect().items.updateItems('tasks', [{ ...made, fields: FULL }])).toMatchObject([
      { ok: false, itemId: made.itemId, failure: { code: 'mailbox.item-conflict' } },
    ]);
  });

  it('once, also when it may exist', async () => {
    const world = openItems();
    const made = await create(world, FULL);
    const again = valuesOf(
      await world.connect().items.createItems('tasks', [newItem('00T1', FULL)], { mayExist: true }),
    );
    expect(again).toEqual([made]);
    expect(itemsIn((await visitItems(world.connect())).changes)).toHaveLength(1);
  });
});

describe('the window', () => {
  it('passes over tasks that were completed before it, and tells all others', async () => {
    const { simulator, connect, clock } = openItems();
    const done = { status: 'Completed' } as const;
    simulator.createTask(ANN, { subject: 'old', ...done, dueDate: '2025-12-01' });
    simulator.createTask(ANN, { subject: 'open', dueDate: '2025-12-01' });
    simulator.createTask(ANN, { subject: 'due later', ...done, dueDate: '2026-02-20' });
    clock.advance(30 * DAY);
    simulator.createTask(ANN, { subject: 'just done', ...done, dueDate: '2025-12-01' });
    const connector = connect();
    const window = { eventsFrom: 0, eventsTo: null, seriesTo: 0, tasksFrom: clock.now() - 14 * DAY };
    const { changes } = await drainItems(connector, await feedOf(connector, 'tasks'), null, window);
    expect(
      itemsIn(changes)
        .map(({ fields }) => fields.subject)
        .toSorted(),
    ).toEqual(['due later', 'just done', 'open']);
  });
});

describe('a recurring task', () => {
  it('comes as its current occurrence, and when done leaves a task that is done under an id of its own', async () => {
    const world = openItems();
    const recurrence = { pattern: { kind: 'daily', interval: 7 } } as const;
    const itemId = world.simulator.createTask(ANN, {
      subject: 'Report',
      dueDate: '2026-01-09',
      recurrence,
    }) as ItemId;
    const before = await visitItems(world.connect(), nothingRead, ['tasks']);
    const task = await world.readOne('tasks', itemId);
    expect(task.fields).toMatchObject({ due: '2026-01-09', status: 'open' });
    const update = { itemId, version: task.version, fields: { status: 'completed' } };
    const [done] = valuesOf(await world.connect().items.updateItems('tasks', [update]));
    world.clock.advance(HOUR);
    const { changes } = await visitItems(world.connect(), before.memory, ['tasks']);
    expect(
      itemsIn(changes)
        .map((one) => `${one.fields.due} ${one.fields.status}`)
        .toSorted(),
    ).toEqual(['2026-01-09 completed', '2026-01-16 open']);
    expect(itemsIn(changes).find(({ fields }) => fields.status === 'completed')).toMatchObject({
      itemId: done?.itemId,
      version: done?.version,
    });
  });
});
