/** Tasks of a simulated Google: fields both ways, what is followed by time alone, deletions, conflicts, and what may be made twice. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { ANN } from '../support/google-bench.ts';
import {
  codesOf,
  createOne,
  deletions,
  drainItems,
  openItems,
  readOne,
  TASKS,
  updateOne,
  upserts,
  valuesOf,
} from '../support/google-items-bench.ts';

const subjects = (changes: Parameters<typeof upserts>[0]) =>
  upserts(changes).map(({ fields }) => fields.subject);

describe('fields', () => {
  test.each<[string, Fields]>([
    ['plain', { subject: 'Call', description: 'One\n\nTwo <b>&amp;</b>', due: '2026-02-28', status: 'open' }],
    ['empty', { subject: '', description: '', due: '' }],
    ['of many alphabets', { subject: 'Rückruf 日本 🎉', description: 'ä\nß' }],
    ['completed', { subject: 'Done', status: 'completed', due: '2026-12-31' }],
  ])('%s are the same texts when they come back, made and changed', async (_name, fields) => {
    const { simulator, connect } = await openItems();
    const { itemId } = await createOne(connect(), 'tasks', 'record-1', fields);
    expect((await readOne(connect(), 'tasks', itemId)).fields).toMatchObject(fields);
    const other = simulator.addTask(ANN, { title: 'x', notes: 'y', due: '2026-01-01T00:00:00Z' }) as ItemId;
    await updateOne(connect(), 'tasks', other, fields);
    expect((await readOne(connect(), 'tasks', other)).fields).toMatchObject(fields);
  });

  test('what is too long is cut as it says, and words that Google does not have are open', async () => {
    const { connect } = await openItems();
    const long = 'x'.repeat(9_000);
    const { itemId } = await createOne(connect(), 'tasks', 'record-1', { subject: long, description: long });
    const { fields } = await readOne(connect(), 'tasks', itemId);
    expect([fields.subject?.length, fields.description?.length]).toEqual([1_024, 8_192]);
    for (const status of ['in-progress', 'waiting', 'deferred']) {
      await updateOne(connect(), 'tasks', itemId, { status });
      expect((await readOne(connect(), 'tasks', itemId)).fields.status).toBe('open');
    }
  });

  test('a completed task tells when, and is opened again', async () => {
    const { simulator, connect, clock } = await openItems();
    const itemId = simulator.addTask(ANN, { title: 'x', notes: 'kept' }) as ItemId;
    simulator.completeTask(ANN, itemId);
    expect(await readOne(connect(), 'tasks', itemId)).toMatchObject({ completedAt: clock.now() });
    await updateOne(connect(), 'tasks', itemId, { status: 'open' });
    expect(await readOne(connect(), 'tasks', itemId)).toMatchObject({
      completedAt: null,
      fields: { status: 'open', description: 'kept' },
    });
  });
});

describe('changes', () => {
  test('made, changed, completed, opened again and deleted ones are each told once', async () => {
    const { simulator, clock, visit } = await openItems();
    const [one, two, three] = ['one', 'two', 'three'].map((title) => simulator.addTask(ANN, { title }));
    let seen = await visit();
    expect(subjects(seen.changes)).toEqual(['one', 'two', 'three']);
    clock.advance(MINUTE);
    simulator.changeTask(ANN, one ?? '', { title: 'changed' });
    simulator.completeTask(ANN, two ?? '');
    simulator.removeTask(ANN, three ?? '');
    seen = await visit(seen.cursors);
    expect(upserts(seen.changes).map(({ fields }) => [fields.subject, fields.status])).toEqual([
      ['changed', 'open'],
      ['two', 'completed'],
    ]);
    expect(deletions(seen.changes)).toEqual([three]);
    for (const wait of [0, MINUTE, DAY]) {
      clock.advance(wait);
      const idle = await visit(seen.cursors);
      expect(idle.listing.itemFeeds.find(({ id }) => id === TASKS)?.moved).toBe(false);
      expect(idle.changes).toEqual([]);
    }
    simulator.completeTask(ANN, two ?? '', false);
    expect(subjects((await visit(seen.cursors)).changes)).toEqual(['two']);
  });

  test('changes in the same instant as the last one seen are not missed', async () => {
    const { simulator, visit } = await openItems();
    const id = simulator.addTask(ANN, { title: 'one' });
    let { cursors } = await visit();
    for (const title of ['two', 'three']) {
      simulator.addTask(ANN, { title });
      simulator.changeTask(ANN, id, { title: `one of ${title}` });
      const seen = await visit(cursors);
      expect(subjects(seen.changes).toSorted()).toEqual([`one of ${title}`, title].toSorted());
      cursors = seen.cursors;
    }
  });

  test('a change whose time lies before the last one seen is told, as long as clocks differ by minutes', async () => {
    const { simulator, clock, visit } = await openItems();
    const id = simulator.addTask(ANN, { title: 'one' });
    clock.advance(HOUR);
    simulator.addTask(ANN, { title: 'two' });
    const { cursors } = await visit();
    simulator.changeTask(ANN, id, { title: 'late' });
    for (const list of simulator.world.accounts[0]?.tasks.lists.values() ?? []) {
      const task = list.tasks.get(id);
      if (task !== undefined) task.updated -= 10 * MINUTE;
    }
    expect(subjects((await visit(cursors)).changes)).toEqual(['late']);
  });

  test('own writes come back in their version', async () => {
    const { connect, visit } = await openItems();
    const first = await visit();
    const made = await createOne(connect(), 'tasks', 'record-1', { subject: 'one' });
    const { version } = await updateOne(connect(), 'tasks', made.itemId, { subject: 'two' });
    expect(version).not.toBe(made.version);
    expect(upserts((await visit(first.cursors)).changes)).toMatchObject([{ itemId: made.itemId, version }]);
  });

  test('a first reading leaves out what was completed long ago, unless it is due', async () => {
    const { simulator, clock, visit } = await openItems();
    for (const [title, due] of [
      ['old', '2026-01-01T00:00:00Z'],
      ['due', '2026-03-01T00:00:00Z'],
    ])
      simulator.completeTask(ANN, simulator.addTask(ANN, { title, due }));
    const open = simulator.addTask(ANN, { title: 'open' });
    simulator.removeTask(ANN, simulator.addTask(ANN, { title: 'gone' }));
    clock.advance(30 * DAY);
    simulator.completeTask(ANN, simulator.addTask(ANN, { title: 'new' }));
    const seen = await visit();
    expect(subjects(seen.changes)).toEqual(['due', 'open', 'new']);
    expect(deletions(seen.changes)).toEqual([]);
    simulator.removeTask(ANN, open);
    expect(deletions((await visit(seen.cursors)).changes)).toEqual([open]);
  });

  test('pages follow each other, and what is written all at once is not read again for ever', async () => {
    const { simulator, clock, connect, windowNow, visit } = await openItems();
    for (let index = 0; index < 250; index += 1) simulator.addTask(ANN, { title: `${index}` });
    const first = await connect().items.readItemChanges(TASKS, null, windowNow());
    clock.advance(MINUTE);
    simulator.addTask(ANN, { title: 'late' });
    const rest = await drainItems(connect().items, TASKS, first.cursor, windowNow());
    const after = await visit(new Map([[TASKS, rest.cursor]]));
    const told = [...first.changes, ...rest.changes, ...after.changes];
    expect(new Set(subjects(told)).size).toBe(251);
    clock.advance(3 * HOUR);
    const settled = await visit(after.cursors);
    expect(settled.changes).toEqual([]);
    simulator.requests.reset();
    expect((await visit(settled.cursors)).changes).toEqual([]);
    expect(simulator.requests.count('tasks.tasks.list')).toBe(1);
  });

  test('tasks of other lists and those that others assigned are left alone', async () => {
    const { simulator, visit } = await openItems();
    simulator.addTask(ANN, { title: 'elsewhere' }, simulator.createTaskList(ANN, 'Other'));
    simulator.assignTask(ANN, { title: 'assigned' });
    simulator.addTask(ANN, { title: 'mine' });
    expect(subjects((await visit()).changes)).toEqual(['mine']);
  });
});

describe('writes', () => {
  test('another version is refused, a vanished task is gone, and the others are written', async () => {
    const { simulator, connect } = await openItems();
    const ids = ['a', 'b', 'c'].map((title) => simulator.addTask(ANN, { title }) as ItemId);
    const connector = connect();
    const items = valuesOf(await connector.items.readItems('tasks', ids));
    simulator.changeTask(ANN, ids[0] ?? '', { notes: 'theirs' });
    const updates = items.map(({ itemId, version }) => ({ itemId, version, fields: { subject: 'ours' } }));
    const none = { itemId: 'none' as ItemId, version: '"x"', fields: { subject: 'ours' } };
    expect(codesOf(await connector.items.updateItems('tasks', [...updates, none]))).toEqual([
      'mailbox.item-conflict',
      'ok',
      'ok',
      'mailbox.item-gone',
    ]);
    simulator.removeTask(ANN, ids[1] ?? '');
    expect(codesOf(await connector.items.readItems('tasks', ids))).toEqual(['ok', 'mailbox.item-gone', 'ok']);
  });

  test('what may exist is found by title, notes and date among open tasks, each once', async () => {
    const { simulator, connect } = await openItems();
    const fields = { subject: 'Call', description: 'Now', due: '2026-02-01' };
    const made = await createOne(connect(), 'tasks', 'a', fields);
    simulator.completeTask(
      ANN,
      simulator.addTask(ANN, { title: 'Call', notes: 'Now', due: '2026-02-01T00:00:00Z' }),
    );
    simulator.addTask(ANN, { title: 'Call', notes: 'Then', due: '2026-02-01T00:00:00Z' });
    const twice = ['a', 'b'].map((stamp) => ({ stamp, fields, categories: [] }));
    const [found, second] = valuesOf(await connect().items.createItems('tasks', twice, { mayExist: true }));
    expect(found).toEqual(made);
    expect(second?.itemId).not.toBe(made.itemId);
    expect(simulator.taskSnapshot(ANN)).toHaveLength(4);
  });

  test('an answer that was lost, and a service in trouble, make no second task', async () => {
    const { simulator, connect } = await openItems();
    const wanted = ['a', 'b'].map((stamp) => ({ stamp, fields: { subject: stamp }, categories: [] }));
    simulator.faults.add({
      operation: 'tasks.tasks.insert',
      nth: 1,
      count: 1,
      effect: { kind: 'lostReply' },
    });
    valuesOf(await connect().items.createItems('tasks', wanted, { mayExist: false }));
    const effect = { kind: 'http', status: 503, body: 'service' } as const;
    simulator.faults.add({ operation: 'tasks.tasks.insert', nth: 1, count: 1, effect });
    await createOne(connect(), 'tasks', 'c', { subject: 'c' });
    expect(simulator.taskSnapshot(ANN).map(({ title }) => title)).toEqual(['a', 'b', 'c']);
  });

  test('one task that Google refuses does not stop the others', async () => {
    const { simulator, connect } = await openItems();
    const wanted = ['a', 'b', 'c'].map((stamp) => ({ stamp, fields: { subject: stamp }, categories: [] }));
    const effect = { kind: 'service', code: 'badRequest' } as const;
    simulator.faults.add({ operation: 'tasks.tasks.insert', nth: 2, count: 1, effect });
    const results = await connect().items.createItems('tasks', wanted, { mayExist: false });
    expect(codesOf(results)).toEqual(['ok', 'mailbox.item-refused', 'ok']);
    simulator.faults.add({
      operation: 'tasks.tasks.insert',
      effect: { kind: 'http', status: 500, body: 'service' },
    });
    const alone = await connect().items.createItems(
      'tasks',
      [{ stamp: 'd', fields: { subject: 'd' }, categories: [] }],
      { mayExist: false },
    );
    expect(alone).toMatchObject([{ ok: false, itemId: 'd', failure: { code: 'mailbox.item-refused' } }]);
  });
});
