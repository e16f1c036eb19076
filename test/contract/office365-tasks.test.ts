/** Tasks of Microsoft To Do: every field both ways, dates in zones, completion, stamps as linked resources. */
import { describe, expect, it } from 'vitest';
import type { FieldName } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { TaskItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/office365-bench.ts';
import {
  at,
  codesOf,
  deletedOf,
  expectSilence,
  type ItemsBench,
  NOW,
  nothingYet,
  openItemsBench,
  resultOf,
  tasksOf,
  visitItems,
  windowAt,
} from '../support/office365-items.ts';

const visit = (mail: ItemsBench['mail'], memory = nothingYet) =>
  visitItems(mail, memory, windowAt(NOW), ['tasks']);

const FIELDS = {
  subject: 'Angebot für 山田 🎯',
  description: 'One\n\nTwo <3 & four',
  due: '2026-03-29',
  status: 'in-progress',
  priority: 'high',
} as const;

async function readOne({ mail }: ItemsBench, id: string): Promise<TaskItem> {
  return resultOf(await mail.items.readItems('tasks', [id as ItemId])) as TaskItem;
}

async function write(bench: ItemsBench, id: string, fields: TaskItem['fields']) {
  const { version } = await readOne(bench, id);
  return bench.mail.items.updateItems('tasks', [{ itemId: id as ItemId, version, fields }]);
}

async function make({ mail }: ItemsBench, fields: TaskItem['fields'] = FIELDS) {
  const items = [{ stamp: '00T1', fields, categories: ['Salesforce'] }];
  return resultOf(await mail.items.createItems('tasks', items, { mayExist: false }));
}

describe('a task that is made', () => {
  it('has the fields, the stamp and the categories, and comes as an echo', async () => {
    const bench = openItemsBench();
    const first = await visit(bench.mail);
    const made = await make(bench);
    expect(made.uid).toBeNull();
    expect(await readOne(bench, made.itemId)).toMatchObject({
      fields: FIELDS,
      stamp: '00T1',
      version: made.version,
      categories: ['Salesforce'],
      completedAt: null,
    });
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(tasksOf(changes)).toMatchObject([
      { itemId: made.itemId, version: made.version, stamp: '00T1', fields: FIELDS },
    ]);
    expectSilence(bench);
  });

  it('is found and not doubled, also on a later page', async () => {
    const bench = openItemsBench();
    const made = await make(bench);
    for (let index = 0; index < 130; index += 1) bench.simulator.addTask(ANN, { title: `Task ${index}` });
    const items = ['00T1', '00T2'].map((stamp) => ({ stamp, fields: FIELDS, categories: [] }));
    const again = await bench.reopen().items.createItems('tasks', items, { mayExist: true });
    expect(codesOf(again)).toEqual(['ok', 'ok']);
    expect(again[0]).toMatchObject({ value: { itemId: made.itemId } });
    expect(bench.simulator.taskSnapshot(ANN)).toHaveLength(132);
  });

  it('may be without a subject and everything else', async () => {
    const bench = openItemsBench();
    const { itemId } = await make(bench, { subject: '' });
    expect((await readOne(bench, itemId)).fields).toEqual({
      subject: '',
      description: '',
      due: '',
      status: 'open',
      priority: 'normal',
    });
  });
});

describe('a task that is written', () => {
  it('changes in each field alone, and reads back as it was written', async () => {
    const bench = openItemsBench();
    const { itemId } = await make(bench, { subject: 'Before' });
    let expected = (await readOne(bench, itemId)).fields;
    const values: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
      subject: [FIELDS.subject, '', 'z'.repeat(255)],
      description: [FIELDS.description, '', 'long line '.repeat(3_000).trim()],
      due: [FIELDS.due, '', '2027-12-31'],
      status: ['in-progress', 'waiting', 'deferred', 'completed', 'open'],
      priority: ['high', 'low', 'normal'],
    };
    for (const [name, texts] of Object.entries(values))
      for (const value of texts) {
        expect(codesOf(await write(bench, itemId, { [name]: value }))).toEqual(['ok']);
        expected = { ...expected, [name]: value };
        expect((await readOne(bench, itemId)).fields).toEqual(expected);
      }
    expectSilence(bench);
  });

  it('tells when it was completed, and nothing once it is open again', async () => {
    const bench = openItemsBench();
    const { itemId } = await make(bench);
    await write(bench, itemId, { status: 'completed' });
    expect((await readOne(bench, itemId)).completedAt).toBe(Date.UTC(2026, 0, 5));
    await write(bench, itemId, { status: 'open' });
    expect((await readOne(bench, itemId)).completedAt).toBeNull();
  });

  it('tells the version of its echo, keeps its stamp, and refuses an outdated version', async () => {
    const bench = openItemsBench();
    const { itemId, version } = await make(bench);
    const first = await visit(bench.mail);
    const written = resultOf(await write(bench, itemId, { subject: 'New' }));
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(tasksOf(changes)).toMatchObject([{ itemId, version: written.version, stamp: '00T1' }]);
    const late = [
      { itemId, version, fields: { subject: 'Late' } },
      { itemId: 'gone' as ItemId, version, fields: { subject: 'Late' } },
    ];
    expect(codesOf(await bench.mail.items.updateItems('tasks', late))).toEqual([
      'mailbox.item-conflict',
      'mailbox.item-gone',
    ]);
  });

  it('takes and loses categories', async () => {
    const bench = openItemsBench();
    const { itemId, version } = await make(bench);
    const marks = [{ itemId, version, add: ['Sync Error'], remove: ['Salesforce'] }];
    const marked = resultOf(await bench.mail.items.markItems('tasks', marks));
    expect(await readOne(bench, itemId)).toMatchObject({
      categories: ['Sync Error'],
      version: marked.version,
    });
  });
});

describe('what people do with tasks', () => {
  it.each([
    'UTC',
    'W. Europe Standard Time',
    'India Standard Time',
    'New Zealand Standard Time',
    'Pacific Standard Time',
    'Hawaiian Standard Time',
    'Newfoundland Standard Time',
  ])('is due on the date that they chose, wherever they are (%s)', async (zone) => {
    const bench = openItemsBench();
    for (const date of ['2026-01-12', '2026-07-01']) {
      const id = bench.simulator.addTask(ANN, { title: 'Due', dueDateTime: at(`${date}T00:00:00`, zone) });
      expect((await readOne(bench, id)).fields.due).toBe(date);
    }
  });

  it('is told as changed, completed and deleted; other lists are left alone', async () => {
    const bench = openItemsBench();
    const [one, two] = ['One', 'Two'].map((title) => bench.simulator.addTask(ANN, { title })) as [
      string,
      string,
    ];
    bench.simulator.addTaskList(ANN, 'Shopping');
    bench.simulator.addTask(ANN, { title: 'Milk' }, 'Shopping');
    const first = await visit(bench.mail);
    expect(tasksOf(first.changes).map(({ itemId }) => itemId)).toEqual([one, two]);
    expect(tasksOf(first.changes)[0]?.stamp).toBeNull();
    bench.simulator.changeTask(ANN, one, { status: 'completed' });
    bench.simulator.removeTask(ANN, two);
    const second = await visit(bench.reopen(), first.memory);
    expect(tasksOf(second.changes)).toMatchObject([{ itemId: one, fields: { status: 'completed' } }]);
    expect(deletedOf(second.changes)).toEqual([two]);
  });

  it('is text where somebody wrote HTML', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addTask(ANN, {
      title: 'HTML',
      body: { contentType: 'html', content: '<p>One</p><ul><li>Two</li></ul>' },
    });
    expect((await readOne(bench, id)).fields.description).toMatch(/^One\n\n ?\* Two$/);
  });
});
