/**
 * Brings people in (M6): from a CSV file, from the CRM with filters, or one by hand. A dry run judges by the same rules and writes nothing; the same
 * import twice changes nothing. Bad rows are told with line and reason, never with their values, and stop no good one.
 */
import {
  headerProblems,
  IMPORT_ROWS_MAX,
  type ImportColumn,
  type ImportHeader,
  type ImportProblem,
  type ImportRow,
  importProblems,
  readImportHeader,
  readImportRow,
} from '../decide/read-import-row.ts';
import type { CrmConnector } from '../model/connector.ts';
import {
  CRM_USERS_FIND_MAX,
  CRM_USERS_PAGE_MAX,
  type CrmUser,
  type CrmUserFilter,
} from '../model/crm-users.ts';
import type { LicenseId, ProfileId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import type { UserOrigin } from '../store/provisioned-users.ts';
import type { Admin } from './admin.ts';
import { openProvisioningCrm } from './open-provisioning-crm.ts';
import type { Ports } from './ports.ts';
import { readCsv } from './read-csv.ts';
import { type JudgedRow, type RowWish, saveBatch } from './save-import-batch.ts';

/** Bytes of a file at most: 100,000 rows with room to spare. */
export const IMPORT_BYTES_MAX = 32 * 1024 * 1024;

export interface ImportWish {
  readonly dryRun: boolean;
  /** Null: whoever is here keeps his, and new people have none. */
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
}

/** What an import tells while it goes on. */
export type ImportEvent =
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'ignored-columns'; readonly columns: readonly string[] }
  | {
      readonly kind: 'bad-row';
      readonly line: number;
      readonly column: ImportColumn | null;
      readonly reason: string;
    }
  | ({ readonly kind: 'end'; readonly dryRun: boolean } & ImportCounts);

export interface ImportCounts {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly bad: number;
}

/** One import under way: its counts, and who of its people came already. Memory: two short strings a row. */
class Tally {
  rows = 0;
  bad = 0;
  readonly changes = { created: 0, changed: 0, unchanged: 0 };
  readonly people = new Set<string>();
  readonly addresses = new Set<string>();

  counts(): ImportCounts {
    return { rows: this.rows, ...this.changes, bad: this.bad };
  }
}

interface Import {
  readonly ports: Ports;
  readonly admin: Admin;
  readonly wish: ImportWish;
  readonly origin: UserOrigin;
  readonly tally: Tally;
}

/** From a CSV file. Rejects with `RemoteFailure` when the CRM is in trouble; what was written before stays. */
export async function* importCsv(
  ports: Ports,
  admin: Admin,
  wish: ImportWish,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void> {
  const crm = await openProvisioningCrm(ports, admin, wish.profileId, signal);
  const run: Import = { ports, admin, wish, origin: 'csv', tally: new Tally() };
  try {
    yield* takeFile(run, crm, source, signal);
    yield { kind: 'end', dryRun: wish.dryRun, ...run.tally.counts() };
  } finally {
    await crm.close();
    await tellAudit(run);
  }
}

type Numbered = { readonly line: number; readonly row: ImportRow };

async function* takeFile(
  run: Import,
  crm: CrmConnector,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void> {
  let header: ImportHeader | null = null;
  let batch: Numbered[] = [];
  for await (const one of readCsv(source)) {
    signal.throwIfAborted();
    if (header === null && one.kind === 'cells') {
      const read = readImportHeader(one.cells);
      if (read.kind === 'refused')
        return yield badLine(run.tally, one.line, null, headerProblems[read.problem]);
      header = read;
      if (read.ignored.length > 0) yield { kind: 'ignored-columns', columns: read.ignored };
      continue;
    }
    if (run.tally.rows >= IMPORT_ROWS_MAX) {
      yield badLine(run.tally, one.line, null, TOO_MANY);
      break;
    }
    run.tally.rows += 1;
    if (one.kind === 'unreadable' || header === null) {
      yield badRow(run.tally, one.line, null, 'bad-quotes');
      continue;
    }
    const row = readImportRow(header, one.cells);
    if (row.kind === 'bad') yield badRow(run.tally, one.line, row.column, row.problem);
    else batch.push({ line: one.line, row });
    if (batch.length < CRM_USERS_FIND_MAX / 2) continue;
    yield* takeRows(run, crm, batch);
    batch = [];
  }
  if (header === null) yield badLine(run.tally, 1, null, headerProblems.empty);
  yield* takeRows(run, crm, batch);
}

const TOO_MANY = `The file has more than ${IMPORT_ROWS_MAX.toLocaleString('en')} rows; what follows was not taken. Split it.`;

/** Looks the people of some rows up in the CRM and saves those who are right. A row asks about two names at most. */
async function* takeRows(
  run: Import,
  crm: CrmConnector,
  batch: readonly Numbered[],
): AsyncGenerator<ImportEvent, void> {
  if (batch.length === 0) return;
  const found = await crm.findUsers({
    usernames: batch.flatMap(({ row }) => row.crmUsername ?? []),
    ids: batch.flatMap(({ row }) => row.crmUserId ?? []),
  });
  const byName = new Map(found.map((user) => [user.username.toLowerCase(), user]));
  // Both forms of an id begin with the same 15 characters.
  const byId = new Map(found.map((user) => [user.userId.slice(0, 15), user]));
  const people: RowWish[] = [];
  for (const { line, row } of batch) {
    const named = row.crmUsername === null ? null : byName.get(row.crmUsername.toLowerCase());
    const numbered = row.crmUserId === null ? null : byId.get(row.crmUserId.slice(0, 15));
    const problem = problemOf(run.tally, row, named, numbered);
    const user = numbered ?? named;
    if (problem !== null) yield badRow(run.tally, line, problem.column, problem.problem);
    else if (user != null) {
      run.tally.people.add(user.userId);
      if (row.mailboxAddress != null) run.tally.addresses.add(row.mailboxAddress);
      const { fullName, mailboxLogin, mailboxAddress = 'of-crm' } = row;
      people.push({ line, user, wish: { fullName, mailboxLogin, mailboxAddress } });
    }
  }
  yield* save(run, people);
}

function problemOf(
  tally: Tally,
  row: ImportRow,
  named: CrmUser | null | undefined,
  numbered: CrmUser | null | undefined,
): { readonly column: ImportColumn; readonly problem: ImportProblem } | null {
  if (numbered === undefined) return { column: 'crm_user_id', problem: 'not-found' };
  if (named === undefined) return { column: 'crm_username', problem: 'not-found' };
  if (named !== null && numbered !== null && named.userId !== numbered.userId)
    return { column: 'crm_username', problem: 'names-two' };
  const user = numbered ?? named;
  const column = numbered === null ? 'crm_username' : 'crm_user_id';
  if (user === null || !user.isActive) return { column, problem: 'inactive' };
  if (tally.people.has(user.userId)) return { column, problem: 'person-twice' };
  if (row.mailboxAddress != null && tally.addresses.has(row.mailboxAddress))
    return { column: 'mailbox_address', problem: 'address-twice' };
  return null;
}

/** From the CRM, with its filters; `includeKnown` also brings up to date who is here already. */
export async function* importFromCrm(
  ports: Ports,
  admin: Admin,
  wish: ImportWish & { readonly filter: CrmUserFilter; readonly includeKnown: boolean },
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void> {
  const crm = await openProvisioningCrm(ports, admin, wish.profileId, signal);
  const run: Import = { ports, admin, wish, origin: 'crm', tally: new Tally() };
  try {
    for (let after: string | null = null; ; ) {
      signal.throwIfAborted();
      const page = await crm.listUsers({ filter: wish.filter, after, limit: CRM_USERS_PAGE_MAX });
      const people = page.users.map((user, at): RowWish => {
        const wish = { fullName: null, mailboxLogin: null, mailboxAddress: 'of-crm' } as const;
        return { line: run.tally.rows + at + 1, user, wish };
      });
      run.tally.rows += people.length;
      yield* save(run, people, { onlyNew: !wish.includeKnown });
      after = page.next;
      if (after === null) break;
      if (run.tally.rows < IMPORT_ROWS_MAX) continue;
      yield badLine(run.tally, run.tally.rows + 1, null, TOO_MANY_USERS);
      break;
    }
    yield { kind: 'end', dryRun: wish.dryRun, ...run.tally.counts() };
  } finally {
    await crm.close();
    await tellAudit(run);
  }
}

const TOO_MANY_USERS = `More than ${IMPORT_ROWS_MAX.toLocaleString('en')} users fit; the others were not taken. Filter by profile, role or department.`;

async function* save(
  { ports, admin, wish, origin, tally }: Import,
  people: readonly RowWish[],
  { onlyNew = false }: { readonly onlyNew?: boolean } = {},
): AsyncGenerator<ImportEvent, void> {
  if (people.length > 0) {
    const { profileId, licenseId, dryRun } = wish;
    const judged = await saveBatch(ports, admin, people, { profileId, licenseId, dryRun, origin, onlyNew });
    for (const one of judged) {
      const event = count(tally, one);
      if (event !== null) yield event;
    }
  }
  yield { kind: 'progress', rows: tally.rows };
}

function count(tally: Tally, { line, result }: JudgedRow): ImportEvent | null {
  if (result.kind === 'bad') return badRow(tally, line, result.column, result.problem);
  tally.changes[result.change] += 1;
  return null;
}

function badRow(
  tally: Tally,
  line: number,
  column: ImportColumn | null,
  problem: ImportProblem,
): ImportEvent {
  return badLine(tally, line, column, importProblems[problem]);
}

/** Also for what stops an import: nothing after that line is taken. */
function badLine(tally: Tally, line: number, column: ImportColumn | null, reason: string): ImportEvent {
  tally.bad += 1;
  return { kind: 'bad-row', line, column, reason };
}

/** One line for an import that wrote something, also when it was broken off. */
async function tellAudit({ ports, admin, wish, origin, tally }: Import): Promise<void> {
  const { created, changed } = tally.changes;
  if (wish.dryRun || created + changed === 0) return;
  const { organizationId, actor } = admin;
  const { profileId, licenseId } = wish;
  await inOrganization(ports.db, organizationId, (tx) =>
    recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'import.done',
      subject: 'organization',
      subjectId: organizationId,
      details: { origin, created, changed, bad: tally.bad, profileId, licenseId },
    }),
  );
}
