/**
 * What an administrator does with one person (G2), one action at a time: each is harmless when repeated, says whether it changed anything, and leaves a row
 * in the audit when it did. Who reaches whom was settled by `Admin`.
 */
import { MINUTE } from '../model/clock.ts';
import type { LicenseId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { SettingName } from '../model/settings.ts';
import { type AuditAction, recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type Mailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { type PersonChange, readPerson, wasDoneSince } from '../store/people.ts';
import { forgetOwnChoices, listPresets } from '../store/presets.ts';
import type { Admin } from './admin.ts';
import { changePerson } from './change-person.ts';
import { deactivateSync } from './deactivate-sync.ts';
import { deletePersonWhole } from './delete-person.ts';
import { pauseSync } from './pause-sync.ts';
import type { Ports } from './ports.ts';
import { resumeSync } from './resume-sync.ts';
import { syncNow } from './sync-now.ts';

export type PersonAct =
  | { readonly action: 'enable' | 'disable' | 'sync-now' | 'reset' | 'delete' | 'force-delete' }
  | { readonly action: 'move-profile'; readonly profileId: ProfileId | null }
  | { readonly action: 'change-license'; readonly licenseId: LicenseId | null }
  | { readonly action: 'apply-preset'; readonly presetId: PresetId | null; readonly override: boolean };

/** Why it was not done. */
export type ActRefusal =
  | 'unknown'
  | 'too-soon'
  | 'no-sync'
  | 'profile-disabled'
  | 'still-activated'
  | 'last-admin'
  | 'not-allowed'
  | 'no-such-choice'
  | 'taken';

export type ActResult = 'changed' | 'unchanged' | { readonly refused: ActRefusal };

/** Enabling, disabling and syncing are taken once a minute each. */
const AGAIN_MS = MINUTE;

/** Rejects only for faults of ours; what a mail service says of being given back stops nothing. */
export async function actOnPerson(
  ports: Ports,
  admin: Admin,
  userId: UserId,
  act: PersonAct,
  signal: AbortSignal,
): Promise<ActResult> {
  switch (act.action) {
    case 'move-profile':
      return await changed(ports, admin, userId, { profileId: act.profileId });
    case 'change-license':
      return await changed(ports, admin, userId, { licenseId: act.licenseId });
    case 'apply-preset':
      return await applyToPerson(ports, admin, userId, act);
    case 'delete':
    case 'force-delete':
      return await deletePersonWhole(ports, admin, userId, act.action === 'force-delete', signal);
    default:
      return await actOnMailbox(ports, admin, userId, act.action, signal);
  }
}

async function changed(ports: Ports, admin: Admin, userId: UserId, change: PersonChange): Promise<ActResult> {
  const result = await changePerson(ports, admin, userId, change);
  return result.kind === 'refused' ? { refused: result.why } : result.kind;
}

async function applyToPerson(
  ports: Ports,
  admin: Admin,
  userId: UserId,
  act: { readonly presetId: PresetId | null; readonly override: boolean },
): Promise<ActResult> {
  const given = await changed(ports, admin, userId, { presetId: act.presetId });
  if (typeof given !== 'string' || !act.override || act.presetId === null) return given;
  const { presetId } = act;
  const forgotten = await inOrganization(ports.db, admin.organizationId, async (tx) => {
    const [preset] = await listPresets(tx, admin.organizationId, presetId);
    const names = Object.keys(preset?.settings ?? {}) as SettingName[];
    return names.length === 0 ? 0 : await forgetOwnChoices(tx, [userId], names);
  });
  return forgotten > 0 ? 'changed' : given;
}

type MailboxAct = 'enable' | 'disable' | 'sync-now' | 'reset';

async function actOnMailbox(
  ports: Ports,
  admin: Admin,
  userId: UserId,
  action: MailboxAct,
  signal: AbortSignal,
): Promise<ActResult> {
  const { organizationId, reach, actor } = admin;
  const found = await inOrganization(ports.db, organizationId, async (tx) => {
    const person = await readPerson(tx, { organizationId, reach, id: userId });
    if (person === null) return null;
    const mailbox = await readCurrentMailbox(tx, userId);
    return { mailbox, recently: mailbox !== null && (await wasJustDone(ports, tx, mailbox, action)) };
  });
  if (found === null) return { refused: 'unknown' };
  const { mailbox, recently } = found;
  if (mailbox === null) return { refused: 'no-sync' };
  const of = { organizationId, mailboxId: mailbox.id, actor };
  switch (action) {
    case 'enable':
      if (mailbox.state !== 'paused' || mailbox.pause?.by === 'user') return 'unchanged';
      if (recently) return { refused: 'too-soon' };
      return resumed(await resumeSync(ports, { ...of, gap: 'catch-up' }));
    case 'disable':
      if (mailbox.state === 'paused') return 'unchanged';
      if (recently) return { refused: 'too-soon' };
      return (await pauseSync(ports, { ...of, by: 'admin', until: null })) === 'paused'
        ? 'changed'
        : { refused: 'no-sync' };
    case 'sync-now':
      return await syncPerson(ports, admin, mailbox);
    case 'reset': {
      if (mailbox.state === 'deactivated') return 'unchanged';
      await deactivateSync(ports, { ...of, purge: false, removeMarks: true }, signal);
      return 'changed';
    }
  }
}

/** Pausing and resuming leave rows in the audit; those are what is counted. */
async function wasJustDone(ports: Ports, tx: Tx, mailbox: Mailbox, action: MailboxAct): Promise<boolean> {
  const actions: Partial<Record<MailboxAct, AuditAction>> = {
    enable: 'mailbox.resumed',
    disable: 'mailbox.paused',
  };
  const told = actions[action];
  if (told === undefined) return false;
  const since = ports.clock.now() - AGAIN_MS;
  const { organizationId, id: subjectId } = mailbox;
  return await wasDoneSince(tx, { organizationId, subjectId, action: told, since });
}

function resumed(result: Awaited<ReturnType<typeof resumeSync>>): ActResult {
  if (result === 'resumed') return 'changed';
  if (result === 'running-already') return 'unchanged';
  return { refused: result === 'profile-disabled' ? result : 'no-sync' };
}

async function syncPerson(ports: Ports, admin: Admin, mailbox: Mailbox): Promise<ActResult> {
  const { organizationId, actor } = admin;
  const result = await syncNow(ports, { organizationId, mailboxId: mailbox.id });
  if (result === 'too-soon') return { refused: 'too-soon' };
  if (result !== 'requested') return { refused: 'no-sync' };
  await inOrganization(ports.db, organizationId, (tx) =>
    recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'user.synced',
      subject: 'user',
      subjectId: mailbox.userId,
    }),
  );
  return 'changed';
}
