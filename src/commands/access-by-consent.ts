/**
 * An access that begins with the service's own sign-in page (Exchange with modern authentication): a platform admin signs in as the service account, and
 * when the browser is back the access is tried and stored. Checking the browser itself is the API's.
 */
import type { Failure } from '../model/failure.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import { readPendingConsent, savePendingConsent, takePendingConsent } from '../store/consents.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { CONSENT_MS } from './activate-by-consent.ts';
import { hashToken } from './complete-login.ts';
import type { Ports } from './ports.ts';
import { type AccessResult, saveAccess } from './save-access.ts';

interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

interface PendingAccess {
  readonly details: unknown;
  readonly access: { readonly name: string; readonly sampleMailbox: string };
}

/** Where to send the browser; null where the service has no such way. */
export async function beginAccessConsent(
  ports: Ports,
  who: Who,
  asked: { readonly service: string; readonly name: string; readonly sampleMailbox: string },
): Promise<{ readonly url: string; readonly state: string } | null> {
  const { service, name, sampleMailbox } = asked;
  const found = ports.mailServices.get(service);
  if (found?.consent == null || found.massAccess?.takesConsent !== true) return null;
  const { url, state, details } = await found.consent.begin({ loginHint: null });
  const pending: PendingAccess = { details, access: { name, sampleMailbox } };
  const now = ports.clock.now();
  await inOrganization(ports.db, who.organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, who.organizationId);
    await savePendingConsent(tx, keys, {
      ...who,
      ...{ tokenHash: hashToken(state), service, challenge: null, details: pending },
      ...{ now, expiresAt: now + CONSENT_MS },
    });
  });
  return { url, state };
}

/** Whether the sign-in of that state was begun for an access, by this person. */
export async function isAccessConsent(ports: Ports, who: Who, state: string): Promise<boolean> {
  return (await open(ports, who, state, readPendingConsent)) !== null;
}

/** Ends the sign-in and makes the access; null when it was used or has expired. */
export async function completeAccessConsent(
  ports: Ports,
  who: Who,
  back: { readonly service: string; readonly state: string; readonly callbackUrl: string },
  signal: AbortSignal,
): Promise<AccessResult | null> {
  const taken = await open(ports, who, back.state, takePendingConsent);
  const consent = ports.mailServices.get(back.service)?.consent;
  if (taken === null || taken.service !== back.service || consent == null) return null;
  const { details, access } = taken.pending;
  try {
    const prepared = await consent.complete(details, back.callbackUrl, signal);
    const admin = {
      organizationId: who.organizationId,
      actor: { kind: 'user', userId: who.userId },
      reach: 'organization',
    } as const;
    const wish = { service: back.service, ...access, given: { kind: 'prepared', prepared } } as const;
    return await saveAccess(ports, admin, wish, signal);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return refused(error.failure);
  }
}

const refused = (failure: Failure): AccessResult => ({ kind: 'refused', failure });

async function open(ports: Ports, who: Who, state: string, get: typeof takePendingConsent) {
  const kept = await inOrganization(ports.db, who.organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, who.organizationId);
    const now = ports.clock.now();
    return await get(tx, keys, { tokenHash: hashToken(state), userId: who.userId, now });
  });
  if (kept === null) return null;
  const pending = kept.details as Partial<PendingAccess>;
  if (pending.access === undefined) return null;
  return { service: kept.service, pending: { details: pending.details, access: pending.access } };
}
