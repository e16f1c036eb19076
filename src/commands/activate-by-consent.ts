/**
 * Activation by a service's own sign-in and consent pages, in three steps: begin (the browser leaves), receive (it is back, and its address is
 * kept sealed so that nothing of it stays in the page's), complete (the activation itself, while the page shows that it waits). What was begun
 * is good for ten minutes, for the person who began, and once. Checking the browser itself is the API's. A frame of another site's page has no
 * cookies: it begins and completes, while a window of its own leaves and comes back without knowing who it is for.
 */
import { randomBytes } from 'node:crypto';
import { MINUTE } from '../model/clock.ts';
import type { MailConsent } from '../model/connector.ts';
import type { ConnectionId, OrganizationId, UserId } from '../model/ids.ts';
import {
  findConsentOfFrame,
  readPendingConsent,
  savePendingConsent,
  takePendingConsent,
} from '../store/consents.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import {
  type ActivationResult,
  type ActivationWish,
  activateMailbox,
  expectedAddressOf,
} from './activate-mailbox.ts';
import { hashToken } from './complete-login.ts';
import { isVerifierOf } from './hand-over.ts';
import type { Ports } from './ports.ts';
import { ownMailbox } from './read-overview.ts';

/** How long the browser may stay away, and how long the page may wait before it asks for the activation. */
export const CONSENT_MS = 10 * MINUTE;

interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** What is kept until the browser is back, and after that until the page asks. */
interface Pending {
  readonly details: unknown;
  /** The mailbox that was named, if any. */
  readonly address: string | null;
  readonly wish: ActivationWish;
  readonly callbackUrl: string | null;
  /** The service's page, where a window of its own is to be sent there. */
  readonly url?: string;
}

/** Where to send the browser, for the mailbox that is meant (`expectedAddressOf`). Rejects with `RemoteFailure`. */
export async function beginConsent(
  ports: Ports,
  who: Who,
  asked: {
    readonly service: string;
    readonly consent: MailConsent;
    readonly address: string | null;
    readonly wish: ActivationWish;
    /** Of the frame that begins; null where the page itself leaves. */
    readonly challenge: string | null;
  },
): Promise<{ readonly url: string; readonly state: string }> {
  const { service, consent, address, wish, challenge } = asked;
  const current = await ownMailbox(ports, who);
  const expected = expectedAddressOf(current, { intent: wish.intent, address });
  // A mailbox that was switched off may be any other one now; its own account is still the likeliest.
  const loginHint = expected ?? (wish.intent === 'change' ? null : (current?.address ?? null));
  const { url, state, details } = await consent.begin({ loginHint });
  const pending = { details, address, wish, callbackUrl: null, ...(challenge === null ? {} : { url }) };
  await keep(ports, who, state, { service, challenge, pending });
  return { url, state };
}

/** Whose consent that state is, where a frame began it; null for all others. */
export async function whoBegan(ports: Ports, state: string): Promise<Who | null> {
  return await acrossOrganizations(ports.db, (tx) =>
    findConsentOfFrame(tx, hashToken(state), ports.clock.now()),
  );
}

/** The service's page for the window of a frame's consent; null when there is nothing to begin. */
export async function pageOfConsent(ports: Ports, service: string, state: string): Promise<string | null> {
  const who = await whoBegan(ports, state);
  if (who === null) return null;
  const found = await opening(ports, who, state, readPendingConsent);
  return found === null || found.service !== service ? null : (found.pending.url ?? null);
}

/** Keeps what the browser came back with; the id by which the page asks for it, or null when there is nothing to go on with. */
export async function receiveConsent(
  ports: Ports,
  who: Who,
  back: { readonly service: string; readonly state: string; readonly callbackUrl: string },
): Promise<string | null> {
  const taken = await take(ports, who, back.state);
  if (taken === null || taken.service !== back.service || taken.pending.callbackUrl !== null) return null;
  const id = randomBytes(32).toString('base64url');
  const pending = { ...taken.pending, callbackUrl: back.callbackUrl };
  await keep(ports, who, id, { ...taken, pending });
  return id;
}

/** Activates with the consent of that id; null when unknown, somebody else's, used or expired. */
export async function completeConsent(
  ports: Ports,
  who: Who,
  asked: { readonly id: string; readonly verifier: string | null; readonly crmConnectionId: ConnectionId },
  signal: AbortSignal,
): Promise<{ readonly service: string; readonly result: ActivationResult } | null> {
  const taken = await take(ports, who, asked.id);
  if (taken === null) return null;
  const { service, challenge, pending } = taken;
  const { details, callbackUrl, address, wish } = pending;
  if (callbackUrl === null) return null;
  if (challenge !== null && !isVerifierOf(challenge, asked.verifier ?? '')) return null;
  const activation = {
    ...who,
    service,
    access: { kind: 'consent', details, callbackUrl },
    // A mailbox that was connected meanwhile is the one that is meant.
    expectedAddress: expectedAddressOf(await ownMailbox(ports, who), { intent: wish.intent, address }),
    wish,
    crmConnectionId: asked.crmConnectionId,
  } as const;
  return { service, result: await activateMailbox(ports, activation, signal) };
}

interface Kept {
  readonly service: string;
  readonly challenge: string | null;
  readonly pending: Pending;
}

async function keep(ports: Ports, who: Who, token: string, kept: Kept): Promise<void> {
  const now = ports.clock.now();
  await inOrganization(ports.db, who.organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, who.organizationId);
    await savePendingConsent(tx, keys, {
      ...who,
      tokenHash: hashToken(token),
      service: kept.service,
      challenge: kept.challenge,
      details: kept.pending,
      now,
      expiresAt: now + CONSENT_MS,
    });
  });
}

function take(ports: Ports, who: Who, token: string): Promise<Kept | null> {
  return opening(ports, who, token, takePendingConsent);
}

async function opening(
  ports: Ports,
  { organizationId, userId }: Who,
  token: string,
  get: typeof takePendingConsent,
): Promise<Kept | null> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const now = ports.clock.now();
    const kept = await get(tx, keys, { tokenHash: hashToken(token), userId, now });
    if (kept === null) return null;
    const { service, challenge, details } = kept;
    return { service, challenge, pending: details as Pending };
  });
}
