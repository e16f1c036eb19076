/** Held deletions as the API tells them, for tests of the pages alone. */
import type { AdminHold, HeldRecordsView, HoldView } from '../../src/api-schema/holds.ts';
import { before } from './canned-answers.ts';

export const hold: HoldView = {
  id: '0192f0c1-7a3e-4b8e-9d5a-000000000001',
  collection: 'events',
  text: '200 events were deleted in your calendar. Delete them in Salesforce, too?',
  held: 200,
  paired: 1_840,
  createdAt: before(14),
  state: 'waiting',
  decidedAt: null,
};

const dropped: HoldView = {
  ...hold,
  id: '0192f0c1-7a3e-4b8e-9d5a-000000000002',
  collection: 'tasks',
  text: '64 tasks were deleted in your task list, and stay in Salesforce.',
  ...{ held: 64, paired: 90, state: 'dropped', createdAt: before(9_000), decidedAt: before(8_900) },
};

export const holds = { items: [hold, dropped], next: null };
export const noHolds = { items: [], next: null };
export const released: HoldView = {
  ...hold,
  state: 'released',
  decidedAt: before(0),
  text: '200 events were deleted in your calendar, and therefore in Salesforce.',
};

const names = [
  'Quarterly review with Acme Bikes',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft: Abstimmung der gemeinsamen Vorgehensweise für das kommende Geschäftsjahr',
  'Lunch',
  null,
];

export const heldRecords: HeldRecordsView = {
  hold,
  remaining: 198,
  items: names.map((label, at) => ({
    recordId: `00U5g00000AbCd${at}EAB`,
    label,
    url: `https://contoso.my.salesforce.example/00U5g00000AbCd${at}EAB`,
  })),
  next: '00U5g00000AbCd3EAB',
};

export const adminHold = (owner: AdminHold['owner']): AdminHold => ({
  ...hold,
  text: '200 events were deleted in the calendar. Delete them in Salesforce, too?',
  owner,
});
