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
  | 'hold.released'
  | 'hold.dropped'
  | 'earlier.removed'
  | 'person.erased'
  | 'license.saved'
  | 'license.assigned'
  | 'license.deleted'
  | 'user.added'
  | 'user.changed'
  | 'user.deleted'
  | 'user.synced'
  | 'user.reset'
  | 'sessions.ended'
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
    `insert into audit (id, organization_id, at, actor, actor_user_id, action, subject, subject_id, details, profile_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case $7
       when 'user' then (select profile_id from users where organization_id = $2 and id = $8)
       when 'mailbox' then (select profile_id from mailboxes join users on users.id = mailboxes.user_id
         where mailboxes.organization_id = $2 and mailboxes.id = $8)
       when 'profile' then $8::uuid
       when 'rollout' then (select profile_id from rollouts where organization_id = $2 and id = $8)
     end)`,
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
