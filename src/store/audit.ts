/**
 * The list of what people did (P8): who, when, what, on whom. Its details are codes, names of settings and numbers; never content, addresses or values of
 * settings. It outlives the people and mailboxes that it speaks of, for a year.
 */
import type { Instant } from '../model/clock.ts';
import type { AuditId, OrganizationId, ServiceTokenId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

export type AuditAction =
  | 'mailbox.activated'
  | 'mailbox.connected'
  | 'mailbox.refreshed'
  | 'mailbox.changed'
  | 'mailbox.started'
  | 'mailbox.paused'
  | 'mailbox.resumed'
  | 'mailbox.deactivated'
  | 'mailbox.forgotten'
  | 'crm.refreshed'
  | 'crm.changed'
  | 'settings.changed'
  | 'run.undone'
  | 'earlier.removed'
  | 'license.saved'
  | 'license.assigned'
  | 'license.deleted'
  | 'user.added'
  | 'user.changed'
  | 'user.deleted'
  | 'user.synced'
  | 'user.reset'
  | 'import.done'
  | 'profile.made'
  | 'profile.changed'
  | 'profile.deleted'
  | 'profile.enabled'
  | 'profile.disabled'
  | 'preset.made'
  | 'preset.changed'
  | 'preset.deleted'
  | 'preset.applied'
  | 'access.made'
  | 'access.changed'
  | 'access.deleted'
  | 'access.checked'
  | 'access.refused'
  | 'access.recovered'
  | 'rollout.made'
  | 'rollout.started'
  | 'rollout.halted'
  | 'rollout.resumed'
  | 'rollout.cancelled'
  | 'rollout.done'
  | 'token.made'
  | 'token.ended';

/** Who did it; `operator`: somebody at the command line of the machine; `token`: a script; `product`: Lockstep itself, as a wave that halts. */
export type Actor =
  | { readonly kind: 'user'; readonly userId: UserId }
  | { readonly kind: 'operator'; readonly userId: null }
  | { readonly kind: 'token'; readonly userId: null; readonly tokenId: ServiceTokenId }
  | { readonly kind: 'product'; readonly userId: null };

export type AuditSubject =
  | 'mailbox'
  | 'user'
  | 'organization'
  | 'license'
  | 'profile'
  | 'preset'
  | 'access'
  | 'rollout'
  | 'token';

export interface AuditEntry {
  readonly organizationId: OrganizationId;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly subjectId: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  readonly now: Instant;
}

/** Writes an entry, in the transaction of what it tells of. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.query(
    `insert into audit (id, organization_id, at, actor, actor_user_id, action, subject, subject_id, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      newId<AuditId>(entry.now),
      entry.organizationId,
      new Date(entry.now),
      entry.actor.kind,
      entry.actor.userId,
      entry.action,
      entry.subject,
      entry.subjectId,
      JSON.stringify({
        ...entry.details,
        ...(entry.actor.kind === 'token' ? { tokenId: entry.actor.tokenId } : {}),
      }),
    ],
  );
}

export interface StoredAudit {
  readonly id: AuditId;
  readonly at: Instant;
  readonly actor: Actor['kind'];
  readonly actorUserId: UserId | null;
  /** The login name of a user who is still there. */
  readonly actorName: string | null;
  readonly action: AuditAction;
  readonly subject: AuditEntry['subject'];
  readonly subjectId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A page of an organization's entries, newest first; `after` is the last entry of the page before. */
export async function listAudit(
  tx: Tx,
  page: {
    readonly organizationId: OrganizationId;
    readonly after: { readonly at: Instant; readonly id: AuditId } | null;
    readonly limit: number;
  },
): Promise<readonly StoredAudit[]> {
  const { rows } = await tx.query<Omit<StoredAudit, 'at'> & { at: Date }>(
    `select audit.id, at, actor, actor_user_id as "actorUserId", username as "actorName", action, subject,
       subject_id as "subjectId", details
     from audit left join users on users.organization_id = audit.organization_id and users.id = actor_user_id
     where audit.organization_id = $1 and ($2::timestamptz is null or (at, audit.id) < ($2, $3::uuid))
     order by at desc, audit.id desc limit $4`,
    [
      page.organizationId,
      page.after === null ? null : new Date(page.after.at),
      page.after?.id ?? null,
      page.limit,
    ],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}
