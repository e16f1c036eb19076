/**
 * `lockstep holds`: deletions that the breaker holds back (S5), over every organization of this installation: which wait, how many each would still delete, and
 * the word that lets them go or keeps the records. Names of records are their owner's alone; here are counts.
 */
import { decideHoldOf, type HoldDecision } from '../../commands/decide-hold.ts';
import type { Ports } from '../../commands/ports.ts';
import type { HoldId, OrganizationId } from '../../model/ids.ts';
import { acrossOrganizations, inOrganization } from '../../store/database.ts';
import { countHeldRecords } from '../../store/holds.ts';
import { type HoldsQuery, listOwnedHolds, type OwnedHold, readOwnedHold } from '../../store/listed-holds.ts';
import type { ListedPage, ListMark } from '../../store/listed-runs.ts';
import { listOrganizations } from '../../store/organizations.ts';
import { exitCodes } from './exit-codes.ts';
import { print, withLockstep } from './opening.ts';
import { operatorOf } from './operator.ts';

const PAGE = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Those that wait, the newest of each organization first; one line each, or one JSON document. */
export async function listHeld({ json }: { readonly json: boolean }): Promise<number> {
  return await withLockstep(async ({ ports }) => {
    const told: object[] = [];
    for (const organizationId of await acrossOrganizations(ports.db, listOrganizations))
      for await (const hold of waitingIn(ports, organizationId)) {
        told.push(factsOf(hold));
        if (!json) print(lineOf(hold));
      }
    if (json) print(JSON.stringify({ holds: told }));
    else print(told.length === 0 ? 'No deletions wait.' : `${told.length} wait for a word.`);
    return exitCodes.ok;
  });
}

/** One of them, in any state, with how many records it still keeps. Exit 2 for an id that is none. */
export async function showHeld(id: string, { json }: { readonly json: boolean }): Promise<number> {
  return await withHold(id, async (ports, organizationId, hold) => {
    const remaining = await inOrganization(ports.db, organizationId, (tx) => countHeldRecords(tx, hold.id));
    if (json) print(JSON.stringify({ ...factsOf(hold), remaining }));
    else {
      print(lineOf(hold));
      print(`${remaining} records are still held. Their owner sees their names on his settings page.`);
    }
    return exitCodes.ok;
  });
}

/** Decides one. Exit 1 where somebody decided otherwise before, 2 for an id that is none. */
export async function decideHeld(id: string, to: HoldDecision): Promise<number> {
  return await withHold(id, async (ports, organizationId, hold) => {
    const decided = await decideHoldOf(ports, operatorOf(organizationId), hold.id, to);
    if (decided === null) return unknown();
    if (decided === 'decided') {
      process.stderr.write('Somebody decided otherwise before; that stands.\n');
      return exitCodes.failed;
    }
    print(
      to === 'released'
        ? 'Released: the next run moves the records to Salesforce’s recycle bin.'
        : 'Kept: the records stay in Salesforce and are no longer kept in step.',
    );
    return exitCodes.ok;
  });
}

async function* waitingIn(ports: Ports, organizationId: OrganizationId): AsyncGenerator<OwnedHold> {
  let after: ListMark<HoldId> | null = null;
  do {
    const query: HoldsQuery = { organizationId, reach: 'organization', after, limit: PAGE };
    const page: ListedPage<OwnedHold, HoldId> = await inOrganization(ports.db, organizationId, (tx) =>
      listOwnedHolds(tx, query),
    );
    yield* page.items;
    after = page.next;
  } while (after !== null);
}

async function withHold(
  id: string,
  work: (ports: Ports, organizationId: OrganizationId, hold: OwnedHold) => Promise<number>,
): Promise<number> {
  if (!UUID.test(id)) return unknown();
  return await withLockstep(async ({ ports }) => {
    for (const organizationId of await acrossOrganizations(ports.db, listOrganizations)) {
      const hold = await inOrganization(ports.db, organizationId, (tx) =>
        readOwnedHold(tx, { organizationId, reach: 'organization', id: id as HoldId }),
      );
      if (hold !== null) return await work(ports, organizationId, hold);
    }
    return unknown();
  });
}

function unknown(): number {
  process.stderr.write('There is no such hold. `lockstep holds list` names those that wait.\n');
  return exitCodes.usage;
}

function factsOf({ id, collection, held, paired, state, createdAt, decidedAt, owner }: OwnedHold) {
  return {
    ...{ id, mailbox: owner.address, collection, held, paired, state },
    createdAt: new Date(createdAt).toISOString(),
    decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
  };
}

function lineOf(hold: OwnedHold): string {
  const { id, mailbox, collection, held, paired, state, createdAt } = factsOf(hold);
  return `${id}  ${mailbox}  ${collection}: ${held} of ${paired}  since ${createdAt}  ${state}`;
}
