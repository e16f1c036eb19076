import { expect, test } from 'vitest';
import type { Relations } from '../../../model/crm-records.ts';
import type { RecordId } from '../../../model/ids.ts';
import { planRelations, type RelationRow, type RelationState } from './relations.ts';

const id = (prefix: string, number: number) => `${prefix}${String(number).padStart(15, '0')}` as RecordId;
const contacts = (count: number, from = 0) => Array.from({ length: count }, (_, at) => id('003', from + at));
const OWNER = id('005', 1);

const wish = (ids: readonly RecordId[], these: 'all' | 'some' = 'all'): Relations => ({
  these,
  people: ids.map((recordId) => ({
    person: { kind: 'contact', recordId, address: 'a@b.example', accountId: null },
    answer: 'accepted',
  })),
});
const invitee = (personId: string, more: Partial<RelationRow> = {}): RelationRow => ({
  id: `row of ${personId}`,
  personId,
  status: 'Accepted',
  isInvitee: true,
  isRelated: false,
  ...more,
});
const state = (more: Partial<RelationState> = {}): RelationState => ({
  ownerId: OWNER,
  whoId: '',
  whatId: '',
  relations: [],
  ...more,
});
const plain = { shared: false, invites: true };
const shared = { shared: true, invites: true };

test('no event has more than a thousand invitees, and who had no room is told', () => {
  const plan = planRelations(wish(contacts(1_200)), state(), plain);
  expect([plan.add.length, plan.isReduced]).toEqual([1_000, true]);
  const there = contacts(990, 5_000).map((one) => invitee(one));
  const some = planRelations(
    wish(contacts(20), 'some'),
    state({ whoId: id('003', 0), relations: there }),
    plain,
  );
  expect([some.add.length, some.isReduced, some.remove]).toEqual([10, true, []]);
  const all = planRelations(wish(contacts(20)), state({ whoId: id('003', 0), relations: there }), plain);
  expect([all.add.length, all.remove.length, all.isReduced]).toEqual([19, 990, false]);
});

test('one contact is on the event before a lead, and with a lead nobody else', () => {
  const [lead, kim, lee] = [id('00Q', 1), id('003', 1), id('003', 2)];
  expect(planRelations(wish([lead, kim]), state(), plain).row).toEqual({ WhoId: kim });
  expect(planRelations(wish([lead]), state(), shared).row).toEqual({ WhoId: lead });
  const withLead = planRelations(wish([kim, lee]), state({ whoId: lead }), shared);
  expect([withLead.row, withLead.add.map(({ personId }) => personId)]).toEqual([{}, [kim, lee]]);
});

test('with Shared Activities those on the event stay, the new ones join them, and fifty is the end', () => {
  const there = contacts(49).map((one) => invitee(one, { isInvitee: false, isRelated: true }));
  const plan = planRelations(
    wish(contacts(3, 100)),
    state({ whoId: id('003', 0), relations: there }),
    shared,
  );
  expect(plan.row).toEqual({ EventWhoIds: [...contacts(49), id('003', 100)] });
  expect(plan.add).toHaveLength(2);
  const same = planRelations(wish(contacts(49)), state({ whoId: id('003', 0), relations: there }), shared);
  expect(same).toEqual({ row: {}, add: [], change: [], remove: [], isReduced: false });
});

test('rooms, people on the event, and the owner are left alone', () => {
  const [room, kim] = [id('023', 1), id('003', 1)];
  const there = [invitee(room), invitee(kim, { isRelated: true })];
  const plan = planRelations(wish([OWNER]), state({ whoId: kim, relations: there }), shared);
  expect(plan).toEqual({ row: {}, add: [], change: [], remove: [], isReduced: false });
});

test('who may not invite puts one person on the event and tells of the rest', () => {
  const plan = planRelations(wish(contacts(2)), state({ relations: [invitee(id('003', 9))] }), {
    shared: false,
    invites: false,
  });
  expect(plan).toEqual({ row: { WhoId: id('003', 0) }, add: [], change: [], remove: [], isReduced: true });
});
