/** A page of people as administrators list them (G1, G5): who stands on it, and of each the one sentence with its cause. */
import type { FailureCode } from '../model/catalogue.ts';
import type { UserId } from '../model/ids.ts';
import { expectedIntervalMs, isLate } from '../model/late.ts';
import { defaultRhythm } from '../model/schedule.ts';
import { type StatusSentence, statusSentence } from '../model/status-sentence.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type LateRules, readLateRules } from '../store/late-rules.ts';
import {
  countPeople,
  listPeople as listIds,
  narrow,
  type PeopleFilter,
  type PeopleMark,
  type PeopleSort,
} from '../store/listed-users.ts';
import { readUserRows, type StoredUserRow } from '../store/user-rows.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

export interface PersonRow extends StoredUserRow {
  readonly status: StatusSentence;
  /** The failure behind the state, or behind the last run if that failed. */
  readonly causeCode: FailureCode | null;
  readonly isLate: boolean;
  readonly serviceName: string | null;
}

export interface PeopleRequest {
  readonly filter: PeopleFilter;
  readonly sort: PeopleSort;
  readonly order: 'ascending' | 'descending';
  readonly limit: number;
  /** The end of the page before, with the count that was told then; null for the first page. */
  readonly after: (PeopleMark & { readonly total: number }) | null;
}

export interface PeopleList {
  readonly rows: readonly PersonRow[];
  readonly next: PeopleMark | null;
  readonly total: number;
}

export async function listPeople(ports: Ports, admin: Admin, request: PeopleRequest): Promise<PeopleList> {
  const { organizationId, reach } = admin;
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const late = await readLateRules(tx, organizationId, ports.clock.now());
    const narrowed = await narrow(tx, { organizationId, reach, filter: request.filter, late });
    const total = request.after?.total ?? (await countPeople(tx, narrowed));
    const { ids, next } = await listIds(tx, narrowed, { ...request, total });
    return { rows: await readRows(ports, tx, admin, ids, late), next, total };
  });
}

/** Ids alone, for work on all whom a filter lets through: in the order in which they came, so that what is done to them moves nobody. */
export async function listPeopleIds(
  ports: Ports,
  { organizationId, reach }: Admin,
  request: Pick<PeopleRequest, 'filter' | 'limit' | 'after'>,
): Promise<{ readonly ids: readonly UserId[]; readonly next: PeopleMark | null; readonly total: number }> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const late = await readLateRules(tx, organizationId, ports.clock.now());
    const narrowed = await narrow(tx, { organizationId, reach, filter: request.filter, late });
    const total = request.after?.total ?? (await countPeople(tx, narrowed));
    const page = { sort: 'created', order: 'ascending', after: request.after, limit: request.limit } as const;
    return { ...(await listIds(tx, narrowed, { ...page, total })), total };
  });
}

/** The lines of these people, in the order of the ids. */
export async function readRows(
  ports: Ports,
  tx: Tx,
  { organizationId }: Admin,
  ids: readonly UserId[],
  late: LateRules,
): Promise<readonly PersonRow[]> {
  const rows = await readUserRows(tx, organizationId, ids, late.now);
  return rows.map((row) => rowOf(ports, row, late));
}

function rowOf(ports: Ports, row: StoredUserRow, rules: LateRules): PersonRow {
  const { state, stateAt, lastGoodAt, lastRun, mailboxId, pause } = row;
  const rhythm = (row.license === null ? undefined : rules.rhythms.get(row.license.id)) ?? defaultRhythm;
  const intervalMs = expectedIntervalMs(rhythm, row.quietRuns, rules.guard);
  const late =
    mailboxId !== null &&
    isLate({ state, stateAt: stateAt ?? 0, lastSuccessAt: lastGoodAt, intervalMs }, rules.now);
  const causeCode = causeOf(row);
  return {
    ...row,
    causeCode,
    isLate: late,
    serviceName:
      row.service === null ? null : (ports.mailServices.get(row.service)?.displayName ?? row.service),
    status: statusSentence({
      state,
      cause: causeCode,
      running: row.running,
      everSucceeded: row.lastSuccessAt !== null,
      more: lastRun?.outcome === 'more',
      endsByItself: pause?.until != null,
      pausedBy: pause?.by ?? null,
      connected: mailboxId !== null,
      guarded: rules.guard.until !== null && rules.guard.until > rules.now,
      isLate: late,
      missing: row.missing,
    }),
  };
}

/** As on the person's own page: the state's cause, else the last run's, unless that was before the mailbox came into its state. */
function causeOf({ cause, lastRun, stateAt }: StoredUserRow): FailureCode | null {
  if (cause !== null || lastRun === null || lastRun.outcome !== 'failed') return cause;
  return lastRun.startedAt >= (stateAt ?? 0) ? lastRun.code : null;
}
