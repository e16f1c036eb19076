/** Broken products must be caught by the invariant that is about what they break. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceName } from './mail-hands.ts';
import type { Sabotage } from './process.ts';
import { runSeed, SAME_STATE } from './run-seed.ts';
import {
  believesEveryDeletion,
  dropsEveryTenthChange,
  hearsOfNewItemsAlone,
  keepsTokensToItself,
  makesItemsBlindly,
  makesRecordsBlindly,
  savesBlindly,
  storesCursorsEarly,
} from './sabotage.ts';
import { type Lane, openLane } from './session.ts';

const SEEDS_MAX = 80;

interface Case {
  readonly sabotage: Sabotage;
  readonly invariant: string;
  readonly name: string;
  /** What the invariant says; anything unless told. */
  readonly says?: RegExp;
  /** Whose people they are, where it matters. */
  readonly services?: readonly ServiceName[];
}

let database: Lane;
beforeAll(async () => {
  database = await openLane();
});
afterAll(() => database[Symbol.asyncDispose]());

test.each([
  {
    sabotage: storesCursorsEarly,
    invariant: 'nothing is lost',
    name: 'stores cursors before it paid for them',
  },
  {
    sabotage: dropsEveryTenthChange,
    invariant: 'everything has a verdict',
    name: 'drops every tenth change',
  },
  { sabotage: savesBlindly, invariant: 'nothing is doubled', name: 'saves without looking what is there' },
  {
    sabotage: keepsTokensToItself,
    invariant: 'grants survive',
    name: 'stores no renewed token',
    services: ['office365'],
  },
  {
    sabotage: hearsOfNewItemsAlone,
    invariant: 'last words stand',
    name: 'never hears that an item was changed',
  },
  {
    sabotage: hearsOfNewItemsAlone,
    invariant: 'records are right',
    name: 'never hears that an item was deleted',
  },
  {
    sabotage: believesEveryDeletion,
    invariant: SAME_STATE,
    name: 'believes that what moved is gone',
    services: ['office365'],
  },
  {
    sabotage: makesRecordsBlindly,
    invariant: 'records are right',
    name: 'makes events without looking for them',
    says: /\((events|series|meeting), .* is in Salesforce [2-9]\d* times/,
  },
  {
    sabotage: makesRecordsBlindly,
    invariant: 'records are right',
    name: 'makes contacts without looking for them',
    says: /\(contacts, .* is in Salesforce [2-9]\d* times/,
  },
  {
    sabotage: makesRecordsBlindly,
    invariant: 'records are right',
    name: 'makes tasks without looking for them',
    says: /\(tasks, .* is in Salesforce [2-9]\d* times/,
  },
  {
    sabotage: makesItemsBlindly,
    invariant: 'items are right',
    name: 'makes items without looking for them',
    says: /is in the mailbox [2-9]\d* times/,
  },
] satisfies Case[])(
  'a product that $name is caught',
  async ({ sabotage, invariant, services, says }: Case) => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const broken = await runSeed({
        seed,
        database: database.db,
        sabotage,
        traits: { deathsAfterWrite: 0.7, ...(services === undefined ? {} : { services }) },
        hasTwin: invariant === SAME_STATE,
      });
      const isMeant = (fault: string) => says === undefined || says.test(fault);
      const caught = broken.some((one) => one.invariant === invariant && one.faults.some(isMeant));
      if (!caught) continue;
      process.stdout.write(`caught by seed ${seed}: ${invariant}\n`);
      return;
    }
    expect.fail(`no seed up to ${SEEDS_MAX} noticed`);
  },
);
