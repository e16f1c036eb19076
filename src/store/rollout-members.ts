/** The people of roll-outs: in which wave, what the pre-flight found, and what became of each (M7, M8). Progress is counted from here; nothing else keeps it. */
import type { AccessFindings, Outcome, Prediction } from '../model/access-findings.ts';
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { Failure } from '../model/failure.ts';
import type { OrganizationId, ProfileId, RolloutId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';

/** People of one roll-out at most. */
export const MEMBERS_MAX = 100_000;

/**
 * People of a profile, those with a Salesforce user alone, in the order of their ids: `userIds` narrows them. At most `MEMBERS_MAX`.
 */
export async function listCandidates(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly profileId: ProfileId;
    readonly userIds: readonly UserId[] | null;
  },
): Promise<readonly UserId[]> {
  const { rows } = await tx.query<{ id: UserId }>(
    `select id from users where organization_id = $1 and profile_id = $2 and ($3::uuid[] is null or id = any ($3::uuid[]))
     order by id limit ${MEMBERS_MAX}`,
    [of.organizationId, of.profileId, of.userIds],
  );
  return rows.map(({ id }) => id);
}

/** Writes people in the order in which they are to be taken, each with his wave. */
export async function insertMembers(
  tx: Tx,
  of: {
    readonly rolloutId: RolloutId;
    readonly organizationId: OrganizationId;
    readonly userIds: readonly UserId[];
    /** People per wave. */
    readonly sizes: readonly number[];
    readonly now: Instant;
  },
): Promise<void> {
  const waves = of.sizes.flatMap((size, wave) => Array.from({ length: size }, () => wave));
  await tx.query(
    `insert into rollout_members (rollout_id, organization_id, user_id, position, wave, predicted, outcome, changed_at)
     select $1, $2, user_id, position - 1, wave, 'unknown', 'waiting', $5
     from unnest($3::uuid[], $4::smallint[]) with ordinality as people (user_id, wave, position)`,
    [of.rolloutId, of.organizationId, of.userIds, waves, new Date(of.now)],
  );
}

/** A person who is to be looked at or switched on. */
export interface DueMember {
  readonly userId: UserId;
  readonly crmUserId: string;
  readonly position: number;
  readonly predicted: Prediction;
}

/** The next people at whom the pre-flight has not looked, in order. */
export async function listUnchecked(
  tx: Tx,
  { rolloutId, limit }: { readonly rolloutId: RolloutId; readonly limit: number },
): Promise<readonly DueMember[]> {
  const { rows } = await tx.query<DueMember>(
    `select user_id as "userId", crm_user_id as "crmUserId", position, predicted
     from rollout_members m join users on users.organization_id = m.organization_id and users.id = user_id
     where rollout_id = $1 and predicted = 'unknown' and code is null and outcome = 'waiting' order by position limit $2`,
    [rolloutId, limit],
  );
  return rows;
}

/** Has the pre-flight look at everybody anew who was not switched on; the waves then begin with the first again. */
export async function forgetFindings(
  tx: Tx,
  { rolloutId, now }: { readonly rolloutId: RolloutId; readonly now: Instant },
): Promise<void> {
  await tx.query(
    `update rollout_members set mailbox_found = null, access_granted = null, crm_user_matched = null, address_equal = null,
       predicted = 'unknown', outcome = 'waiting', code = null, vendor_code = null, fields = '{}', changed_at = $2
     where rollout_id = $1 and outcome in ('waiting', 'by-himself', 'failed', 'already-active')`,
    [rolloutId, new Date(now)],
  );
  await tx.query(`update rollouts set wave = 0 where id = $1`, [rolloutId]);
}

export async function writeFindings(
  tx: Tx,
  of: {
    readonly rolloutId: RolloutId;
    readonly userId: UserId;
    readonly findings: AccessFindings;
    readonly now: Instant;
  },
): Promise<void> {
  const { findings } = of;
  await tx.query(
    `update rollout_members set mailbox_found = $3, access_granted = $4, crm_user_matched = $5, address_equal = $6, predicted = $7,
       code = $8, vendor_code = $9, fields = $10, changed_at = $11
     where rollout_id = $1 and user_id = $2 and outcome = 'waiting'`,
    [
      of.rolloutId,
      of.userId,
      findings.mailboxFound,
      findings.accessGranted,
      findings.crmUserMatched,
      findings.addressEqual,
      findings.predicted,
      ...failureColumns(findings.failure),
      new Date(of.now),
    ],
  );
}

function failureColumns(failure: Failure | null): readonly unknown[] {
  return [failure?.code ?? null, failure?.vendorCode ?? null, failure?.fields ?? []];
}

/** Those of a wave whom nobody tries: left to themselves or active before. Returns how many. */
export async function settleUntried(
  tx: Tx,
  of: { readonly rolloutId: RolloutId; readonly wave: number; readonly now: Instant },
): Promise<number> {
  const { rowCount } = await tx.query(
    `update rollout_members set outcome = predicted, changed_at = $3
     where rollout_id = $1 and wave = $2 and outcome = 'waiting' and predicted in ('by-himself', 'already-active')`,
    [of.rolloutId, of.wave, new Date(of.now)],
  );
  return rowCount;
}

/** The next people of a wave who are to be switched on, in order. */
export async function listWaiting(
  tx: Tx,
  of: { readonly rolloutId: RolloutId; readonly wave: number; readonly limit: number },
): Promise<readonly DueMember[]> {
  const { rows } = await tx.query<DueMember>(
    `select user_id as "userId", crm_user_id as "crmUserId", position, predicted
     from rollout_members m join users on users.organization_id = m.organization_id and users.id = user_id
     where rollout_id = $1 and wave = $2 and outcome = 'waiting' order by position limit $3`,
    [of.rolloutId, of.wave, of.limit],
  );
  return rows;
}

/** What became of somebody who waited; false when that was written already. */
export async function writeOutcome(
  tx: Tx,
  of: {
    readonly rolloutId: RolloutId;
    readonly userId: UserId;
    readonly outcome: Exclude<Outcome, 'waiting'>;
    readonly failure: Failure | null;
    readonly now: Instant;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update rollout_members set outcome = $3, code = $4, vendor_code = $5, fields = $6, changed_at = $7
     where rollout_id = $1 and user_id = $2 and outcome = 'waiting'`,
    [of.rolloutId, of.userId, of.outcome, ...failureColumns(of.failure), new Date(of.now)],
  );
  return rowCount === 1;
}

/** What a first login made of somebody who waited for it, in every roll-out. */
export async function writeLoginOutcome(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly userId: UserId;
    readonly outcome: 'active' | 'by-himself';
    readonly failure: Failure | null;
    readonly now: Instant;
  },
): Promise<void> {
  await tx.query(
    `update rollout_members set outcome = $3, code = $4, vendor_code = $5, fields = $6, changed_at = $7
     where organization_id = $1 and user_id = $2 and outcome = 'after-login'`,
    [of.organizationId, of.userId, of.outcome, ...failureColumns(of.failure), new Date(of.now)],
  );
}

/** Has the failed of a wave tried again. */
export async function retryFailed(
  tx: Tx,
  of: { readonly rolloutId: RolloutId; readonly wave: number; readonly now: Instant },
): Promise<void> {
  await tx.query(
    `update rollout_members set outcome = 'waiting', changed_at = $3 where rollout_id = $1 and wave = $2 and outcome = 'failed'`,
    [of.rolloutId, of.wave, new Date(of.now)],
  );
}

/** People of one roll-out with the same wave, prediction, outcome and code. */
export interface MemberCount {
  readonly wave: number;
  readonly predicted: Prediction;
  readonly outcome: Outcome;
  readonly code: FailureCode | null;
  readonly people: number;
  /** Of those, at whom the pre-flight has looked. */
  readonly checked: number;
}

/** Everything that is counted of some roll-outs, in one statement. */
export async function countMembers(
  tx: Tx,
  rolloutIds: readonly RolloutId[],
): Promise<ReadonlyMap<RolloutId, readonly MemberCount[]>> {
  const { rows } = await tx.query<
    Omit<MemberCount, 'people' | 'checked'> & { id: RolloutId; people: string }
  >(
    `select rollout_id as id, wave, predicted, outcome, code, count(*) as people
     from rollout_members where rollout_id = any ($1::uuid[]) group by rollout_id, wave, predicted, outcome, code`,
    [rolloutIds],
  );
  const counts = rows.map(({ id, people, ...row }) => {
    const isChecked = row.predicted !== 'unknown' || row.code !== null;
    return { id, ...row, people: Number(people), checked: isChecked ? Number(people) : 0 };
  });
  return Map.groupBy(counts, ({ id }) => id);
}

export interface ListedMember extends AccessFindings {
  readonly userId: UserId;
  readonly position: number;
  readonly name: string;
  readonly username: string;
  readonly address: string | null;
  readonly wave: number;
  readonly outcome: Outcome;
  readonly code: FailureCode | null;
  readonly vendorCode: string | null;
  readonly fields: readonly string[];
  readonly changedAt: Instant;
}

/** A page of people in their order; `after` is the position of the last one before, -1 at first. */
export async function listMembers(
  tx: Tx,
  page: {
    readonly rolloutId: RolloutId;
    readonly predicted: Prediction | null;
    readonly outcome: Outcome | null;
    readonly code: string | null;
    readonly after: number;
    readonly limit: number;
  },
): Promise<readonly Omit<ListedMember, 'failure'>[]> {
  const { rows } = await tx.query<Omit<ListedMember, 'failure' | 'changedAt'> & { changedAt: Date }>(
    `select user_id as "userId", position, coalesce(nullif(full_name, ''), username) as name, username,
       coalesce(mailboxes.address, mailbox_address) as address, wave, mailbox_found as "mailboxFound", access_granted as "accessGranted",
       crm_user_matched as "crmUserMatched", address_equal as "addressEqual", predicted, outcome, code,
       vendor_code as "vendorCode", fields, changed_at as "changedAt"
     from rollout_members m join users on users.organization_id = m.organization_id and users.id = user_id
     left join lateral (select address from mailboxes where mailboxes.organization_id = m.organization_id
       and mailboxes.user_id = m.user_id order by mailboxes.state = 'deactivated', mailboxes.id desc limit 1) mailboxes on true
     where rollout_id = $1 and position > $2 and ($3::text is null or predicted = $3) and ($4::text is null or outcome = $4)
       and ($5::text is null or code = $5)
     order by position limit $6`,
    [page.rolloutId, page.after, page.predicted, page.outcome, page.code, page.limit],
  );
  return rows.map((row) => ({ ...row, changedAt: row.changedAt.getTime() }));
}
