/** Made-up answers for roll-outs: one company of 500 in each of the states, and the people in it. */
import type { RolloutMember, RolloutView } from '../../src/api-schema/admin/rollouts.ts';
import { before, idOf, row, sales } from './canned-admin.ts';
import * as canned from './canned-answers.ts';

const denied = canned.failure('mailbox.impersonation-denied', 'ErrorImpersonateUserDenied');
const missing = canned.failure('mailbox.not-found');

type Predictions = RolloutView['byPrediction'];
type Outcomes = RolloutView['byOutcome'];

const predictions = (some: Partial<Predictions>): Predictions => ({
  ...{ unknown: 0, active: 0, 'after-login': 0, 'already-active': 0, 'by-himself': 0 },
  ...some,
});
const outcomes = (some: Partial<Outcomes>): Outcomes => ({
  ...{ waiting: 0, active: 0, 'after-login': 0, 'already-active': 0, 'by-himself': 0, failed: 0 },
  ...some,
});

export const checked: RolloutView = {
  id: idOf(8, 1),
  profile: sales,
  startedBy: 'ines.adler@contoso.example',
  state: 'checked',
  stateSince: before(20),
  cause: null,
  waves: [
    { share: 5, people: 25, done: 0, failed: 0, state: 'waiting' },
    { share: 25, people: 100, done: 0, failed: 0, state: 'waiting' },
    { share: 100, people: 375, done: 0, failed: 0, state: 'waiting' },
  ],
  wave: 0,
  failuresMax: 20,
  people: 500,
  checked: 500,
  byPrediction: predictions({ active: 440, 'after-login': 30, 'already-active': 10, 'by-himself': 20 }),
  byOutcome: outcomes({ waiting: 500 }),
  byCause: [
    { failure: missing, count: 12 },
    { failure: denied, count: 8 },
  ],
  may: ['check', 'start', 'cancel'],
  createdAt: before(60),
};

export const checking: RolloutView = {
  ...checked,
  state: 'checking',
  checked: 180,
  byPrediction: predictions({ unknown: 320, active: 170, 'by-himself': 10 }),
  byCause: [{ failure: missing, count: 10 }],
  may: ['cancel'],
};

const [first, second, third] = checked.waves as [
  RolloutView['waves'][number],
  RolloutView['waves'][number],
  RolloutView['waves'][number],
];

export const running: RolloutView = {
  ...checked,
  state: 'running',
  wave: 1,
  waves: [
    { ...first, done: 25, failed: 1, state: 'done' },
    { ...second, done: 40, failed: 2, state: 'running' },
    third,
  ],
  byOutcome: outcomes({ waiting: 435, active: 58, 'by-himself': 4, failed: 3 }),
  may: ['halt', 'cancel'],
};

export const halted: RolloutView = {
  ...running,
  state: 'halted',
  cause: denied,
  waves: [
    { ...first, done: 25, failed: 1, state: 'done' },
    { ...second, done: 40, failed: 12, state: 'halted' },
    third,
  ],
  byOutcome: outcomes({ waiting: 435, active: 48, 'by-himself': 4, failed: 13 }),
  byCause: [
    { failure: denied, count: 11 },
    { failure: canned.failure('mailbox.unreachable'), count: 2 },
  ],
  may: ['resume', 'cancel'],
};

export const finished: RolloutView = {
  ...running,
  state: 'done',
  wave: 2,
  waves: [first, second, third].map((wave) => ({ ...wave, done: wave.people, state: 'done' as const })),
  byOutcome: outcomes({
    ...{ active: 437, 'after-login': 30, 'already-active': 10 },
    ...{ 'by-himself': 20, failed: 3 },
  }),
  may: [],
};

export const cancelled: RolloutView = { ...running, id: idOf(8, 4), state: 'cancelled', may: [] };

export const rollouts: { readonly items: readonly RolloutView[]; readonly next: string | null } = {
  items: [
    halted,
    { ...checking, id: idOf(8, 2) },
    { ...finished, id: idOf(8, 3), startedBy: null },
    cancelled,
  ],
  next: 'older',
};

export function member(n: number, changes: Partial<RolloutMember> = {}): RolloutMember {
  const { id, name, username, address } = row(n);
  return {
    ...{ userId: id, name, username, address },
    wave: n < 3 ? 0 : 1,
    mailboxFound: true,
    accessGranted: true,
    crmUserMatched: true,
    addressEqual: true,
    predicted: 'active',
    outcome: 'waiting',
    failure: null,
    changedAt: before(20),
    ...changes,
  };
}

export const members: { readonly items: readonly RolloutMember[]; readonly next: string | null } = {
  items: [
    member(0),
    member(1, { predicted: 'by-himself', mailboxFound: false, accessGranted: null, failure: missing }),
    member(2, { predicted: 'by-himself', accessGranted: false, failure: denied }),
    member(3, { predicted: 'after-login', crmUserMatched: null, addressEqual: null }),
    member(4, { predicted: 'already-active', outcome: 'already-active' }),
    member(5, { address: null, predicted: 'unknown', mailboxFound: null, accessGranted: null }),
    member(6, { outcome: 'active' }),
    member(7, { outcome: 'failed', failure: denied }),
  ],
  next: null,
};
