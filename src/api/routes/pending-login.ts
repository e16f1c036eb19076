/**
 * A login at the CRM that was begun: what is kept, sealed, while a browser is away, and for whom. Routes begin and end it; it is no route itself.
 */
import { hashToken } from '../../commands/complete-login.ts';
import type { Ports } from '../../commands/ports.ts';
import { ownLoginHost } from '../../commands/renew-crm.ts';
import { MINUTE } from '../../model/clock.ts';
import type { UserId } from '../../model/ids.ts';
import { acrossOrganizations } from '../../store/database.ts';
import { readPendingLogin, savePendingLogin, takePendingLogin } from '../../store/logins.ts';
import { apiProblem } from '../problems.ts';
import type { Session } from '../session.ts';

export const PENDING_LOGIN_MS = 10 * MINUTE;

export type RenewalIntent = 'refresh' | 'change';

/** The login itself, and what a person who is here already wants of it. */
export interface PendingLogin {
  readonly details: unknown;
  readonly renewal: { readonly intent: RenewalIntent; readonly userId: UserId } | null;
  /** Of the frame that waits; null where the page itself logs in. */
  readonly challenge: string | null;
  /** The CRM's page, where a window of its own is to be sent there later. */
  readonly url?: string;
  /** Where the window came back to, until the frame asks for the rest. */
  readonly callbackUrl?: string;
}

export interface LoginWish {
  readonly host: string | undefined;
  /** Null for somebody who is not here yet. */
  readonly renewal: { readonly intent: RenewalIntent; readonly session: Session } | null;
  readonly challenge: string | null;
}

/** Begins a login and keeps what is needed at its end. Throws a problem for a host that is none. */
export async function beginLogin(
  ports: Ports,
  { host, renewal, challenge }: LoginWish,
): Promise<{ readonly url: string; readonly state: string }> {
  const started = await ports.crmLogin.begin(
    host ?? (renewal === null ? 'production' : await ownLoginHost(ports, renewal.session)),
    renewal?.intent === 'refresh'
      ? { loginHint: renewal.session.user.username }
      : { asksWho: renewal?.intent === 'change' },
  );
  if (started === null) throw apiProblem('api.invalid-input', { fields: ['host'] });
  const { url, state, details } = started;
  const wanted = renewal === null ? null : { intent: renewal.intent, userId: renewal.session.userId };
  const later = renewal !== null && challenge !== null ? { url } : {};
  await keepLogin(ports, state, { details, renewal: wanted, challenge, ...later }, PENDING_LOGIN_MS);
  return { url, state };
}

export async function keepLogin(
  ports: Ports,
  token: string,
  details: PendingLogin,
  lastsMs: number,
): Promise<void> {
  const now = ports.clock.now();
  await acrossOrganizations(ports.db, (tx) =>
    savePendingLogin(tx, ports.keyring, {
      stateHash: hashToken(token),
      details,
      expiresAt: now + lastsMs,
      now,
    }),
  );
}

/** What was kept under that token's digest, which is gone afterwards; null when unknown, used or expired. */
export async function takeLogin(ports: Ports, stateHash: string): Promise<PendingLogin | null> {
  const taken = await acrossOrganizations(ports.db, (tx) =>
    takePendingLogin(tx, ports.keyring, stateHash, ports.clock.now()),
  );
  return taken as PendingLogin | null;
}

/** As `takeLogin`, and leaves it there. */
export async function readLoginOf(ports: Ports, stateHash: string): Promise<PendingLogin | null> {
  const found = await acrossOrganizations(ports.db, (tx) =>
    readPendingLogin(tx, ports.keyring, stateHash, ports.clock.now()),
  );
  return found as PendingLogin | null;
}
