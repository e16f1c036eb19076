/** Start (A12): switches sync on for a mailbox that is connected and checked, after its preview, with the history window that was chosen there (E6). */
import { DAY } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { effectiveSettings, lockOf } from '../model/settings.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { readConnectionFacts } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import { type Mailbox, moveMailbox, readMailbox, writeHistoryFrom } from '../store/mailboxes.ts';
import { isProfileDisabled } from '../store/profiles.ts';
import { readLastSuccess } from '../store/runs.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import { readUserSettings, writeUserSettings } from '../store/users.ts';
import type { Ports } from './ports.ts';

export type StartResult = 'started' | 'unknown-mailbox' | 'not-connected' | 'impossible' | 'profile-disabled';

/** Starts a mailbox that is not activated; its first run is due at once. */
export async function startSync(
  ports: Ports,
  wish: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly actor: Actor;
    /** Undefined: as the settings say. */
    readonly windowDays?: number | undefined;
  },
): Promise<StartResult> {
  const { organizationId, mailboxId, actor, windowDays } = wish;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null) return 'unknown-mailbox';
    const { id, state: from } = mailbox;
    const to = nextMailboxState(from, 'activate');
    if (from !== 'not-activated' || to !== 'active') return 'impossible';
    if (await isProfileDisabled(tx, mailbox)) return 'profile-disabled';
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    for (const connectionId of [mailbox.mailboxConnectionId, mailbox.crmConnectionId])
      if (!(await readConnectionFacts(tx, keys, connectionId)).hasCredential) return 'not-connected';
    if (!(await chooseWindow(tx, mailbox, windowDays, now))) return 'impossible';
    await moveMailbox(tx, { id, from, to, streak: noStreak, cause: null, now });
    await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' });
    await recordAudit(tx, {
      organizationId,
      actor,
      now,
      action: 'mailbox.started',
      subject: 'mailbox',
      subjectId: mailboxId,
      details: { windowDays: windowDays ?? null },
    });
    return 'started';
  });
}

/**
 * The window becomes the person's own setting, and counts from now. A mailbox that ran before keeps its window unless another was chosen, and is read anew
 * where the new one begins earlier: links keep its mails from being saved twice. False when the settings were written meanwhile.
 */
async function chooseWindow(
  tx: Tx,
  mailbox: Mailbox,
  wished: number | undefined,
  now: number,
): Promise<boolean> {
  const { id, userId } = mailbox;
  const user = await readUserSettings(tx, userId);
  const layers = await readSettingsLayers(tx, mailbox);
  // Where an administrator has fixed the window, nobody chooses another one by starting.
  const windowDays = lockOf(layers, 'windowDays') === null ? wished : undefined;
  const chosen = windowDays ?? effectiveSettings(layers).windowDays;
  const ranBefore = (await readLastSuccess(tx, id)) !== null;
  const historyFrom = now - chosen * DAY;
  if (!ranBefore || windowDays !== undefined)
    await writeHistoryFrom(tx, { id, historyFrom, readAnew: historyFrom < mailbox.historyFrom });
  if (windowDays === undefined) return true;
  return await writeUserSettings(tx, {
    id: userId,
    seenVersion: user.version,
    settings: { ...user.settings, windowDays },
  });
}
