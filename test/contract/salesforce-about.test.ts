/** Which records of the simulated Salesforce carry an address, or are related to somebody with it. */
import { expect, test } from 'vitest';
import type { AboutRecord } from '../../src/model/crm-about.ts';
import { openRecords, type RecordsBench } from '../support/salesforce-records.ts';

const KIM = "kim.o'neil@acme.example";

async function allAbout({ crm }: RecordsBench, address: string) {
  const found = new Map<string, AboutRecord['kind']>();
  let after: string | null = null;
  for (let pages = 1; pages < 50; pages += 1) {
    const page: Awaited<ReturnType<typeof crm.findAbout>> = await crm.findAbout(address, after);
    for (const { recordId, kind } of page.records) found.set(recordId, kind);
    if (page.next === null) return { found, pages };
    expect(page.next).not.toContain('kim');
    after = page.next;
  }
  throw new Error('no end of pages');
}

test('everything with the address or with its contact or lead is told, and nothing of others', async () => {
  const bench = await openRecords();
  const insert = (object: string, row: Record<string, string>) =>
    bench.simulator.insert(object, [row])[0] ?? '';
  const kim = insert('Contact', { LastName: 'Kim', Email: KIM });
  const lead = insert('Lead', { LastName: 'Kim', Company: 'Acme', Email: KIM });
  const other = insert('Contact', { LastName: 'Lee', Email: 'lee@acme.example' });
  const time = { StartDateTime: '2026-11-03T09:00:00Z', EndDateTime: '2026-11-03T10:00:00Z' };
  const task = insert('Task', { Subject: 'Call', WhoId: kim });
  const ofLead = insert('Task', { Subject: 'Call', WhoId: lead });
  const event = insert('Event', { Subject: 'Review', WhoId: kim, ...time });
  const invited = insert('Event', { Subject: 'Review', WhoId: other, ...time });
  insert('EventRelation', { EventId: invited, RelationId: kim });
  const sent = insert('EmailMessage', { Subject: 'Offer', FromAddress: KIM, ToAddress: 'a@b.example' });
  insert('Task', { Subject: 'Call', WhoId: other });
  insert('EmailMessage', { Subject: 'Offer', FromAddress: 'lee@acme.example' });
  const { found, pages } = await allAbout(bench, KIM);
  expect(pages).toBe(1);
  expect(new Map([...found].filter(([id]) => !isShadow(bench, id)))).toEqual(
    new Map<string, AboutRecord['kind']>([
      [sent, 'emails'],
      [task, 'tasks'],
      [ofLead, 'tasks'],
      [event, 'events'],
      [invited, 'events'],
      [kim, 'contacts'],
    ]),
  );
  expect((await allAbout(bench, 'nobody@acme.example')).found.size).toBe(0);
});

test('many records come page by page, each kind to its end', async () => {
  const bench = await openRecords();
  const [kim = ''] = bench.simulator.insert('Contact', [{ LastName: 'Kim', Email: KIM }]);
  const tasks = bench.simulator.insert(
    'Task',
    Array.from({ length: 450 }, (_, at) => ({ Subject: `Call ${at}`, WhoId: kim })),
  );
  const { found, pages } = await allAbout(bench, KIM);
  expect(pages).toBe(3);
  expect([...found.keys()].toSorted()).toEqual([...tasks, kim].toSorted());
});

test('a mark that is none is refused', async () => {
  const { crm } = await openRecords();
  await expect(crm.findAbout(KIM, 'nonsense')).rejects.toMatchObject({
    failure: { code: 'crm.request-invalid' },
  });
});

/** Salesforce makes a task of each e-mail by itself. */
function isShadow({ simulator }: RecordsBench, id: string): boolean {
  return simulator.records('EmailMessage').some(({ ActivityId }) => ActivityId === id);
}
