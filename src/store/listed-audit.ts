/** The list of who did what (P8) as administrators read it: with the names of actors and subjects that are still there. */
import type { Instant } from '../model/clock.ts';
import type { AuditId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { Actor, AuditAction, AuditSubject } from './audit.ts';
import type { Tx } from './database.ts';
import { type ListedPage, type ListMark, pageOf } from './listed-runs.ts';
import type { Reach } from './reach.ts';

export interface ListedAudit {
  readonly id: AuditId;
  readonly at: Instant;
  readonly actor: Actor['kind'];
  /** The login name of a user, or the name of a token, who is still there. */
  readonly actorName: string | null;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly subjectId: string;
  /** As it is called now; null where it is gone. */
  readonly subjectName: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditQuery {
  readonly organizationId: OrganizationId;
  readonly reach: Reach;
  /** Who did it. */
  readonly actor?: UserId | undefined;
  readonly action?: string | undefined;
  readonly subject?: AuditSubject | undefined;
  readonly subjectId?: string | undefined;
  /** What was done to him or to his mailboxes. */
  readonly user?: UserId | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly after: ListMark<AuditId> | null;
  readonly limit: number;
}

/** A page, newest first. A profile admin is shown what was done to people who were of his profiles then. */
export async function listAuditPage(tx: Tx, query: AuditQuery): Promise<ListedPage<ListedAudit, AuditId>> {
  const { organizationId, reach, limit } = query;
  const subjects = query.user === undefined ? null : await subjectsOf(tx, organizationId, query.user);
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const parts = [`audit.organization_id = ${bind(organizationId)}`, ...conditionsOf(query, bind)];
  const most = bind(limit + 1);
  const order = 'order by audit.at desc, audit.id desc';
  // A few keys, each with an index in the order of the list: the newest of each, and of these the newest.
  const each = (column: string, keys: readonly string[]) =>
    `select audit.* from unnest(${bind(keys)}::uuid[]) as keys (id) cross join lateral (
       select * from audit where audit.${column} = keys.id and ${parts.join(' and ')} ${order} limit ${most}) as audit`;
  if (subjects !== null && reach !== 'organization')
    parts.push(`audit.profile_id = any (${bind(reach)}::uuid[])`);
  const chosen =
    subjects !== null
      ? each('subject_id', subjects)
      : reach !== 'organization'
        ? each('profile_id', reach)
        : `select * from audit where ${parts.join(' and ')}`;
  const { rows } = await tx.query<Omit<ListedAudit, 'at'> & { at: Date; mark: string }>(
    `with page as materialized (select * from (${chosen}) as audit ${order} limit ${most})
     select page.id, at, at::text as mark, actor, action, subject, subject_id as "subjectId", details,
       coalesce(actors.username, tokens.name) as "actorName",
       case subject
         when 'user' then (select coalesce(nullif(full_name, ''), username) from users where users.id = subject_id)
         when 'mailbox' then (select address from mailboxes where mailboxes.id = subject_id)
         when 'license' then (select name from licenses where licenses.id = subject_id)
         when 'profile' then (select name from profiles where profiles.id = subject_id)
         when 'preset' then (select name from presets where presets.id = subject_id)
         when 'access' then (select name from accesses where accesses.id = subject_id)
         when 'rollout' then (select profiles.name from rollouts join profiles on profiles.id = rollouts.profile_id where rollouts.id = subject_id)
         when 'token' then (select name from service_tokens where service_tokens.id = subject_id)
       end as "subjectName"
     from page left join users as actors on actors.id = actor_user_id
     left join service_tokens as tokens on actor = 'token' and tokens.id::text = details ->> 'tokenId'
     order by at desc, page.id desc`,
    values,
  );
  return pageOf(rows, limit, ({ mark: _, ...row }) => ({ ...row, at: row.at.getTime() }));
}

function conditionsOf(query: AuditQuery, bind: (value: unknown) => string): readonly string[] {
  const { actor, action, subject, subjectId, from, to, after } = query;
  const parts: string[] = [];
  if (actor !== undefined) parts.push(`audit.actor_user_id = ${bind(actor)}`);
  if (action !== undefined) parts.push(`audit.action = ${bind(action)}`);
  if (subject !== undefined) parts.push(`audit.subject = ${bind(subject)}`);
  if (subjectId !== undefined) parts.push(`audit.subject_id = ${bind(subjectId)}`);
  if (from !== undefined) parts.push(`audit.at >= ${bind(new Date(from))}`);
  if (to !== undefined) parts.push(`audit.at < ${bind(new Date(to))}`);
  if (after !== null)
    parts.push(`(audit.at, audit.id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`);
  return parts;
}

/** A person and his mailboxes. */
async function subjectsOf(tx: Tx, organizationId: OrganizationId, user: UserId): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: MailboxId }>(
    `select id from mailboxes where organization_id = $1 and user_id = $2 limit 20`,
    [organizationId, user],
  );
  return [user, ...rows.map(({ id }) => id)];
}
