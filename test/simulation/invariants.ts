/**
 * What must hold when a world has come to rest, each with a name and a function of its own. A function answers with one sentence per thing
 * that is wrong; they read the simulators, the database and the history, and never ask the product.
 */

import { RemoteFailure } from '../../src/model/failure.ts';
import { type Copy, currentStage, type Mail } from './history.ts';
import { CONTENT_WORD, CUSTOMER_DOMAIN } from './letters.ts';
import { isExamined, isWatched, judgeCopy, judgeMail } from './oracle.ts';
import type { CalmReport } from './phases.ts';
import { inWorld, readVerdictRows, verdictPrints } from './rows.ts';
import { itemsAreRight, lastWordsStand, recordsAreRight } from './thing-invariants.ts';
import type { World } from './world.ts';

export type Check = (world: World, calm: CalmReport) => readonly string[] | Promise<readonly string[]>;

/** The records that stand for a mail and are not in the recycle bin. */
export function recordsOf({ salesforce, traits }: World, mail: Mail): readonly { readonly Id: string }[] {
  const rows = salesforce.records(traits.enhancedEmail ? 'EmailMessage' : 'Task');
  return rows
    .filter((row) => String(row.Subject ?? '').includes(mail.letter.mark))
    .map((row) => ({ Id: String(row.Id) }));
}

const nothingIsLost: Check = (world) =>
  world.history.mails
    .filter(
      (mail) => judgeMail(world.history, mail) === 'must' && !mail.letter.refused && mail.deleted === 'no',
    )
    .filter((mail) => recordsOf(world, mail).length === 0)
    .map((mail) => `${mail.letter.mark} is not in Salesforce`);

const nothingIsDoubled: Check = (world) =>
  world.history.mails.flatMap((mail) => {
    const { length } = recordsOf(world, mail);
    return length > 1 ? [`${mail.letter.mark} is in Salesforce ${length} times`] : [];
  });

const nothingLeaks: Check = (world) =>
  world.history.mails
    .filter((mail) => judgeMail(world.history, mail) === 'never' && recordsOf(world, mail).length > 0)
    .map((mail) => `${mail.letter.mark} was saved against the rules`);

const deletedStaysDeleted: Check = (world) =>
  world.history.mails
    .filter((mail) => mail.deleted === 'linked' && recordsOf(world, mail).length > 0)
    .map((mail) => `${mail.letter.mark} was deleted in Salesforce and came back`);

/** Every file of a saved mail hangs on its record, once. */
const filesAreThereOnce: Check = (world) => {
  const versions = world.salesforce.records('ContentVersion');
  const links = world.salesforce.records('ContentDocumentLink');
  return world.history.mails.flatMap((mail) => {
    const [record] = recordsOf(world, mail);
    if (mail.deleted !== 'no') return [];
    return mail.letter.files.flatMap((name) => {
      const documents = versions.filter((row) => row.Title === name).map((row) => row.ContentDocumentId);
      const hanging = links.filter(
        (row) => row.LinkedEntityId === record?.Id && documents.includes(row.ContentDocumentId),
      );
      const wanted = record === undefined ? 0 : 1;
      return documents.length === wanted && hanging.length === wanted
        ? []
        : [`${name} is there ${documents.length} times, and hangs on its record ${hanging.length} times`];
    });
  });
};

const nobodyIsNotified: Check = ({ mail }) => mail.flatMap((hands) => hands.notified());

const TABLES = [
  'users',
  'logins',
  'connections',
  'mailboxes',
  'schedules',
  'cursors',
  'runs',
  'links',
  'claims',
  'issues',
  'verdicts',
  'pairs',
  'holds',
  'gaps',
  'completeness',
] as const;

/** No subject, body, file name or customer's address in any row or log line. */
const noContentAtRest: Check = async (world) => {
  const wrong: string[] = [];
  const union = TABLES.map((table) => `select '${table}' as name, t::text as line from ${table} t`).join(
    ' union all ',
  );
  const rows = await inWorld<{ name: string; line: string }>(world, union);
  for (const { name, line } of rows) if (holdsContent(line)) wrong.push(`a row of ${name} holds content`);
  for (const line of world.logs) if (holdsContent(line)) wrong.push('a log line holds content');
  return wrong;
};

function holdsContent(line: string): boolean {
  return line.includes(CONTENT_WORD) || line.includes(CUSTOMER_DOMAIN);
}

/** Items that lie where runs look, and inside the window. */
function examinedCopies(world: World): readonly { readonly mail: Mail; readonly copy: Copy }[] {
  return world.history.mails.flatMap((mail) =>
    mail.copies.filter((copy) => isExamined(world.history, copy)).map((copy) => ({ mail, copy })),
  );
}

const everythingHasAVerdict: Check = async (world) => {
  const printOf = await verdictPrints(world);
  const rows = await readVerdictRows(world);
  const judged = new Set(rows.map((row) => `${row.address} ${row.item_print}`));
  return examinedCopies(world)
    .filter(({ copy }) => !judged.has(printOf(copy)))
    .map(({ mail, copy }) => `${mail.letter.mark} in ${currentStage(copy).spot} has no verdict`);
};

/** Issues stand for items that Salesforce really refuses, and all of those have one. */
const issuesAreTrue: Check = async (world) => {
  const rows = await inWorld<{ address: string; item_id: string; code: string }>(
    world,
    `select address, item_id, code from issues join mailboxes on mailboxes.id = issues.mailbox_id
     where issues.collection = 'emails'`,
  );
  const nameOf = (copy: Copy) => `${copy.mailbox} ${copy.itemId}`;
  const parked = new Map(rows.map((row) => [`${row.address} ${row.item_id}`, row.code]));
  const refused = examinedCopies(world).filter(({ mail }) => mail.letter.refused);
  const missing = refused
    .filter(({ mail, copy }) => judgeCopy(world.history, mail, copy) === 'must' && mail.deleted === 'no')
    .filter(({ copy }) => parked.get(nameOf(copy)) !== 'crm.validation-rule')
    .map(
      ({ mail, copy }) => `${mail.letter.mark} is refused and has ${parked.get(nameOf(copy)) ?? 'no issue'}`,
    );
  const all = world.history.mails.filter((mail) => mail.letter.refused).flatMap((mail) => mail.copies);
  const real = new Set(all.filter((copy) => isWatched(currentStage(copy))).map(nameOf));
  const idle = [...parked]
    .filter(([name]) => !real.has(name))
    .map(([, code]) => `an issue ${code} without a cause`);
  return [...missing, ...idle];
};

const restIsQuiet: Check = (_world, calm) =>
  calm.writes.map((name) => `a run with nothing to do called ${name}`);

/** A token that ended before its time costs a refusal and a renewal more. */
const idleIsCheap: Check = ({ people }, calm) =>
  calm.lastRuns.flatMap((run) => {
    const hands = people.find(({ mailboxId }) => mailboxId === run.mailboxId)?.hands;
    const allowed =
      (hands?.idleRequestsMax ?? 0) + (hands?.expireAccess == null ? 0 : 2) + (calm.isNewDay ? 1 : 0);
    return run.outcome === 'done' && run.mailbox <= allowed && run.crm <= 1
      ? []
      : [`an idle run (${run.outcome}) made ${run.mailbox} and ${run.crm} requests`];
  });

const cursorsMoveUnderALease: Check = (world) => world.violations;

/** Nobody in these worlds takes back what he granted, so no run may find that it ended: not after any crash between a renewal and its storing. */
const grantsSurvive: Check = async (world) => {
  const rows = await inWorld<{ code: string }>(
    world,
    `select failure ->> 'code' as code from runs
     where failure ->> 'kind' = 'authorization-revoked' and failure ->> 'code' like 'mailbox.%'`,
  );
  return rows.map(({ code }) => `a run found ${code}`);
};

const backOffIsObeyed: Check = (world) => world.callsDuringBackOff;

/** By name, in the order in which they are worth reading. */
export const invariants: Readonly<Record<string, Check>> = {
  'nothing is lost': nothingIsLost,
  'nothing is doubled': nothingIsDoubled,
  'nothing leaks': nothingLeaks,
  'deleted stays deleted': deletedStaysDeleted,
  'files are there once': filesAreThereOnce,
  'records are right': recordsAreRight,
  'items are right': itemsAreRight,
  'last words stand': lastWordsStand,
  'nobody is notified': nobodyIsNotified,
  'no content at rest': noContentAtRest,
  'everything has a verdict': everythingHasAVerdict,
  'issues are true': issuesAreTrue,
  'rest is quiet': restIsQuiet,
  'idle is cheap': idleIsCheap,
  'cursors move under a lease': cursorsMoveUnderALease,
  'back-off is obeyed': backOffIsObeyed,
  'grants survive': grantsSurvive,
};

export interface Broken {
  readonly invariant: string;
  readonly faults: readonly string[];
}

/** A mailbox that cannot be opened is a fault by itself, and no reason not to look at the rest. */
async function lookAt(check: Check, world: World, calm: CalmReport): Promise<readonly string[]> {
  try {
    return await check(world, calm);
  } catch (error) {
    if (error instanceof RemoteFailure) return [`a mailbox cannot be opened: ${error.failure.code}`];
    throw error;
  }
}

/** All invariants that do not hold. */
export async function checkInvariants(world: World, calm: CalmReport): Promise<readonly Broken[]> {
  const broken: Broken[] = [];
  for (const [invariant, check] of Object.entries(invariants)) {
    const faults = await lookAt(check, world, calm);
    if (faults.length > 0) broken.push({ invariant, faults });
  }
  return broken;
}
