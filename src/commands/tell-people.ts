/**
 * Sends what is due of the outbox: claim, see whether it is still true, compose, send, settle. A crash between sending and settling sends the e-mail once
 * more when the claim ends, under the same Message-ID; nothing else sends one twice. Without a mail server everything is settled unsent.
 */
import { judgeNotice, stands } from '../decide/judge-notice.ts';
import { backoffMs } from '../model/backoff.ts';
import { HOUR, MINUTE } from '../model/clock.ts';
import { expectedIntervalMs, isLate } from '../model/late.ts';
import type { NoticeOutcome } from '../model/notice.ts';
import { effectiveSettings, type SyncSettings } from '../model/settings.ts';
import { composeDigest, type DigestEntry } from '../notify/compose-digest.ts';
import { composeNotice } from '../notify/compose-notice.ts';
import { MailNotSent } from '../notify/mailer.ts';
import { readApiGuard } from '../store/api-guards.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { readSchedule } from '../store/leases.ts';
import { readRhythm } from '../store/licenses.ts';
import { type Mailbox, readMailbox } from '../store/mailboxes.ts';
import {
  claimAdminNotices,
  claimUserNotices,
  type NoticeClaim,
  postponeNotice,
  readStopsTold,
  settleNotice,
} from '../store/notices.ts';
import { readLastGoodRun } from '../store/runs.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import { readUser, type User } from '../store/users.ts';
import type { Ports } from './ports.ts';
import { makeReconnectLink } from './reconnect.ts';
import { describeFault } from './sync-mailbox.ts';

/** E-mails to owners under way at once. */
export const NOTICES_AT_ONCE_MAX = 8;
/** Notices in one e-mail to administrators; more go with the next. */
const DIGEST_NOTICES_MAX = 1_000;
/** Longer than sending can take; afterwards somebody else may. */
const HOLD_MS = 10 * MINUTE;
const RETRIES = { firstMs: 2 * MINUTE, ceilingMs: 2 * HOUR, attemptsMax: 8 };
const WAIT_MS = 1 * MINUTE;

/** Tells at most a handful of people and returns how many notices were in hand; 0: nothing is due. Rejects for faults of the database. */
export async function tellPeople(ports: Ports, publicUrl: string): Promise<number> {
  const now = ports.clock.now();
  const claims = await acrossOrganizations(ports.db, (tx) =>
    claimUserNotices(tx, { now, limit: NOTICES_AT_ONCE_MAX, holdMs: HOLD_MS }),
  );
  await Promise.all(claims.map((claim) => tellOwner(ports, publicUrl, claim)));
  const digest = await acrossOrganizations(ports.db, (tx) =>
    claimAdminNotices(tx, { now, limit: DIGEST_NOTICES_MAX, holdMs: HOLD_MS }),
  );
  if (digest.length > 0) await tellAdmins(ports, publicUrl, digest);
  return claims.length + digest.length;
}

interface Told {
  readonly mailbox: Mailbox;
  readonly user: User;
  readonly settings: SyncSettings;
  readonly verdict: ReturnType<typeof judgeNotice>;
  readonly stands: boolean;
}

async function readTold(ports: Ports, claim: NoticeClaim): Promise<Told | null> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, claim.organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, claim.mailboxId);
    const user = mailbox === null ? null : await readUser(tx, mailbox.userId);
    if (mailbox === null || user === null) return null;
    const settings = effectiveSettings(await readSettingsLayers(tx, mailbox));
    const lastSuccessAt = await readLastGoodRun(tx, mailbox.id);
    const intervalMs = expectedIntervalMs(
      await readRhythm(tx, mailbox.userId),
      (await readSchedule(tx, mailbox.id, now))?.quietRuns ?? 0,
      await readApiGuard(tx, claim.organizationId),
    );
    const facts = {
      state: mailbox.state,
      stateAt: mailbox.stateAt,
      isLate: isLate({ ...mailbox, lastSuccessAt, intervalMs }, now),
      ...(await readStopsTold(tx, claim)),
    };
    return { mailbox, user, settings, verdict: judgeNotice(claim, facts), stands: stands(claim, facts) };
  });
}

async function tellOwner(ports: Ports, publicUrl: string, claim: NoticeClaim): Promise<void> {
  const told = await readTold(ports, claim);
  if (told === null) return;
  if (told.verdict === 'wait') return await postpone(ports, [claim], WAIT_MS, false);
  const remindAgain = told.stands;
  const { mailer } = ports;
  if (mailer === null || told.verdict === 'drop' || !told.settings.notifyUser)
    return await settle(ports, [claim], { outcome: 'dropped', remindAgain });
  const { mailbox, user } = told;
  // A suspended mailbox goes on by itself: there is nothing to connect.
  const needsLink = mailbox.state === 'authorization-required';
  const link = needsLink ? await makeReconnectLink(ports, mailbox, publicUrl) : null;
  const composed = composeNotice({
    kind: claim.kind,
    state: mailbox.state,
    code: claim.code,
    address: mailbox.address,
    since: claim.aboutAt,
    timeZone: user.timeZone,
    crmName: ports.crm.displayName,
    publicUrl,
    link,
  });
  await send(ports, [claim], remindAgain, () =>
    // To the mailbox itself and nobody else: its link is good for this mailbox alone (A14).
    mailer.send({ id: claim.id, to: [mailbox.address], ...composed }),
  );
}

/** One e-mail of all that is still true; the rest is settled unsent. */
async function tellAdmins(ports: Ports, publicUrl: string, claims: readonly NoticeClaim[]): Promise<void> {
  const [first] = claims;
  const { mailer } = ports;
  if (first === undefined) return;
  const entries = new Map<NoticeClaim, DigestEntry>();
  let to: readonly string[] = [];
  for (const claim of claims) {
    const told = await readTold(ports, claim);
    if (told === null) continue;
    to = told.settings.notifyAddresses;
    const kind = claim.kind === 'reminder' ? 'stopped' : claim.kind;
    // Whoever waits for another e-mail to administrators waits for this one.
    if (told.verdict === 'send')
      entries.set(claim, { kind, address: told.mailbox.address, code: claim.code, since: claim.aboutAt });
  }
  const isSent = mailer !== null && to.length > 0;
  const dropped = claims.filter((claim) => !isSent || !entries.has(claim));
  await settle(ports, dropped, { outcome: 'dropped', remindAgain: false });
  if (!isSent || entries.size === 0) return;
  const composed = composeDigest({
    entries: [...entries.values()].toSorted((one, other) => one.address.localeCompare(other.address)),
    crmName: ports.crm.displayName,
    publicUrl,
  });
  await send(ports, [...entries.keys()], false, () => mailer.send({ id: first.id, to, ...composed }));
}

async function send(
  ports: Ports,
  claims: readonly NoticeClaim[],
  remindAgain: boolean,
  act: () => Promise<void>,
): Promise<void> {
  const [first] = claims;
  if (first === undefined) return;
  const facts = { kind: first.kind, audience: first.audience, count: claims.length, notice: first.id };
  try {
    await act();
  } catch (error) {
    const isFinal = error instanceof MailNotSent && error.isFinal;
    const givenUp = isFinal || first.attempts >= RETRIES.attemptsMax;
    const why = error instanceof MailNotSent ? { code: error.code } : describeFault(error);
    ports.log(givenUp ? 'notices.given-up' : 'notices.not-sent', {
      ...facts,
      attempts: first.attempts,
      ...why,
    });
    if (givenUp) return await settle(ports, claims, { outcome: 'failed', remindAgain });
    const waitMs = RETRIES.firstMs / 2 + backoffMs(first.attempts, ports.random, RETRIES);
    return await postpone(ports, claims, waitMs, true);
  }
  await settle(ports, claims, { outcome: 'sent', remindAgain });
  ports.log('notices.sent', facts);
}

async function settle(
  ports: Ports,
  claims: readonly NoticeClaim[],
  end: { readonly outcome: NoticeOutcome; readonly remindAgain: boolean },
): Promise<void> {
  const now = ports.clock.now();
  const [first] = claims;
  if (first === undefined) return;
  await inOrganization(ports.db, first.organizationId, async (tx) => {
    for (const claim of claims) await settleNotice(tx, claim, { ...end, now });
  });
}

async function postpone(
  ports: Ports,
  claims: readonly NoticeClaim[],
  waitMs: number,
  counts: boolean,
): Promise<void> {
  const dueAt = ports.clock.now() + waitMs;
  const [first] = claims;
  if (first === undefined) return;
  await inOrganization(ports.db, first.organizationId, async (tx) => {
    for (const claim of claims) await postponeNotice(tx, claim, { dueAt, counts });
  });
}
