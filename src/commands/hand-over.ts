/**
 * A login that ended in a window of its own comes to the frame that began it: the window gets a code, and whoever brings the code together with
 * the verifier of the beginning gets a session of its own. One attempt, within a minute; a code without its verifier is worth nothing.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Instant, MINUTE } from '../model/clock.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { type Handover, saveHandover, takeHandover } from '../store/handovers.ts';
import { beginSession } from './begin-session.ts';
import { hashToken, LOGIN_MS } from './complete-login.ts';
import type { Ports } from './ports.ts';

/** How long a code is good. */
const HANDOVER_MS = MINUTE;

/** Keeps a finished login for its frame; the code for the window. */
export async function handOver(ports: Ports, login: Handover): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  const now = ports.clock.now();
  await inOrganization(ports.db, login.organizationId, (tx) =>
    saveHandover(tx, { ...login, codeHash: hashToken(code), now, expiresAt: now + HANDOVER_MS }),
  );
  return code;
}

/** A session for the frame that shows both; null when the code is unknown, used, too old, or somebody else's. */
export async function takeOver(
  ports: Ports,
  shown: { readonly code: string; readonly verifier: string },
): Promise<{ readonly token: string; readonly expiresAt: Instant } | null> {
  const now = ports.clock.now();
  const handover = await acrossOrganizations(ports.db, (tx) => takeHandover(tx, hashToken(shown.code), now));
  if (handover === null || !isVerifierOf(handover.challenge, shown.verifier)) return null;
  return await beginBearer(ports, handover);
}

/** A session whose token is carried by the page's own hand. */
export async function beginBearer(
  ports: Ports,
  { organizationId, userId }: Pick<Handover, 'organizationId' | 'userId'>,
): Promise<{ readonly token: string; readonly expiresAt: Instant }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = await beginSession(ports, {
    organizationId,
    userId,
    place: 'mail-client',
    tokenHash: hashBearer(token),
    lastsMs: LOGIN_MS,
  });
  return { token, expiresAt };
}

/** What is stored of a bearer token: another print than a cookie's, so that neither can be used as the other. */
export function hashBearer(token: string): string {
  return hashToken(`bearer:${token}`);
}

/** Whether the challenge was made from this verifier. */
export function isVerifierOf(challenge: string, verifier: string): boolean {
  const made = createHash('sha256').update(verifier).digest();
  const wanted = Buffer.from(challenge, 'base64url');
  return made.length === wanted.length && timingSafeEqual(made, wanted);
}
