/**
 * Who is asking: the session cookie or a bearer token, its check against the store, and the token that every change under a cookie must carry.
 * Nothing else decides who somebody is.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashToken } from '../commands/complete-login.ts';
import { endSession } from '../commands/end-sessions.ts';
import { hashBearer } from '../commands/hand-over.ts';
import type { Ports } from '../commands/ports.ts';
import { RECONNECT_PREFIX } from '../commands/reconnect.ts';
import type { MailboxId, OrganizationId, SessionId, UserId } from '../model/ids.ts';
import { judgeUse, NOTED_EVERY_MS } from '../model/session.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { type Login, readLogin, touchLogin } from '../store/logins.ts';
import { readUser, type User } from '../store/users.ts';
import { apiProblem } from './problems.ts';

export interface Session {
  readonly id: SessionId;
  readonly token: string;
  /** What the token is stored under. */
  readonly tokenHash: string;
  /** How it came: with every request of the browser, or by the page's own hand, which no other site can force. */
  readonly carrier: 'cookie' | 'bearer';
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly user: User;
  /** `reconnect`: came by the link of an e-mail, and only routes that admit it answer. */
  readonly access: 'full' | 'reconnect';
  /** The one mailbox that such a session may connect again; null for a full one. */
  readonly reconnects: MailboxId | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Also answers sessions that may do nothing but connect their mailbox again. A route that does not say so refuses them. */
    admits?: 'reconnect';
  }
}

/** For the `config` of a route that is needed to connect a mailbox again. */
export const admitsReconnect = { admits: 'reconnect' } as const;

/** Cookie names: the `__Host-` prefix binds the cookie to this host over https (RFC 6265bis, 4.1.3.2). */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-lockstep' : 'lockstep';
}

/** Names the cookie of a login that is under way. */
export function loginCookieName(secure: boolean): string {
  return `${sessionCookieName(secure)}-login`;
}

/** Names the cookie of a consent at a mail service that is under way. */
export function consentCookieName(secure: boolean): string {
  return `${sessionCookieName(secure)}-consent`;
}

/**
 * Refuses the session of a link at every address of the API that does not admit it, before its input is looked at: a route that forgets to ask who
 * is there is safe, too. What the cookie's beginning claims is no proof; `findSession` reads what the session really may.
 */
export function refuseRestricted(request: FastifyRequest, secure: boolean): void {
  const { config, url = '' } = request.routeOptions;
  if (config.admits === 'reconnect' || !url.startsWith('/api/')) return;
  if (request.cookies[sessionCookieName(secure)]?.startsWith(RECONNECT_PREFIX) === true)
    throw apiProblem('api.not-allowed');
}

/** What a page sends with a request that no person's act stands behind: it asks again by the clock. Such requests keep no session alive. */
const UNATTENDED = 'x-lockstep-unattended';

/**
 * The session of a request; null when there is none, it ended, or it rested for too long: `console` asks as the console does, whose sessions rest shorter.
 * One that may only reconnect is refused where that is not admitted.
 */
export async function findSession(
  ports: Ports,
  request: FastifyRequest,
  secure: boolean,
  { console = false }: { readonly console?: boolean } = {},
): Promise<Session | null> {
  const shown = bearerOf(request) ?? cookieOf(request, secure);
  if (shown === null) return null;
  const attended = request.headers[UNATTENDED] === undefined;
  const login = await readUsedLogin(ports, shown.tokenHash, { console, attended });
  if (login === null) return null;
  const { reconnects } = login;
  if (reconnects !== null && request.routeOptions.config.admits !== 'reconnect')
    throw apiProblem('api.not-allowed');
  const user = await inOrganization(ports.db, login.organizationId, (tx) => readUser(tx, login.userId));
  if (user === null) return null;
  const access = reconnects === null ? 'full' : 'reconnect';
  const { id, organizationId, userId } = login;
  return { ...shown, id, organizationId, userId, user, access, reconnects };
}

/** Reads a login and judges its rest; a use is written down once in a few minutes, in the same transaction. */
async function readUsedLogin(
  ports: Ports,
  tokenHash: string,
  use: { readonly console: boolean; readonly attended: boolean },
): Promise<Login | null> {
  const now = ports.clock.now();
  return await acrossOrganizations(ports.db, async (tx) => {
    const login = await readLogin(tx, tokenHash, now);
    if (login === null) return null;
    const judged = judgeUse(login, { now, ...use }, ports.sessions);
    if (judged === 'rested') return null;
    if (judged === 'note')
      await touchLogin(tx, tokenHash, { now, before: now - NOTED_EVERY_MS, console: use.console });
    return login;
  });
}

/**
 * Ends the session that this browser or frame had before it signed in anew, whatever that one may do and whoever it is: `findSession` would refuse the
 * session of an e-mail's link here, whose person is just about to become a full one.
 */
export async function endFormerSession(
  ports: Ports,
  request: FastifyRequest,
  secure: boolean,
  carrier: Session['carrier'],
): Promise<void> {
  const former = carrier === 'cookie' ? cookieOf(request, secure) : bearerOf(request);
  if (former !== null) await endSession(ports, former.tokenHash, 'replaced');
}

type Shown = Pick<Session, 'token' | 'tokenHash' | 'carrier'>;

/** A page inside of another site's frame gets no cookies (RFC 6750, 2.1). Where the header is there, it alone counts. */
function bearerOf(request: FastifyRequest): Shown | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const token = /^Bearer ([\w-]{20,128})$/i.exec(authorization)?.[1] ?? '';
  return { token, tokenHash: hashBearer(token), carrier: 'bearer' };
}

function cookieOf(request: FastifyRequest, secure: boolean): Shown | null {
  const token = request.cookies[sessionCookieName(secure)];
  if (token === undefined || token === '') return null;
  return { token, tokenHash: hashToken(token), carrier: 'cookie' };
}

/** As `findSession`, but a request without a session is refused; a change under a cookie also needs the page's own token (CSRF). */
export async function requireSession(
  ports: Ports,
  request: FastifyRequest,
  secure: boolean,
  as: { readonly console?: boolean } = {},
): Promise<Session> {
  const session = await findSession(ports, request, secure, as);
  if (session === null) throw apiProblem('api.not-signed-in');
  if (session.carrier === 'cookie' && request.method !== 'GET' && request.method !== 'HEAD') {
    const sent = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
    const wanted = Buffer.from(csrfToken(session.token));
    if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted)) throw apiProblem('api.not-allowed');
  }
  return session;
}

/** Derived from the session's token, so that nothing more need be stored. */
export function csrfToken(token: string): string {
  return createHash('sha256').update(`csrf:${token}`).digest('base64url');
}

export function setSessionCookie(
  reply: FastifyReply,
  token: string,
  secure: boolean,
  maxAgeSeconds: number,
): void {
  setHostCookie(reply, sessionCookieName(secure), token, secure, maxAgeSeconds);
}

/** Binds a login to the browser that began it. */
export function setLoginCookie(
  reply: FastifyReply,
  stateHash: string,
  secure: boolean,
  maxAgeSeconds: number,
): void {
  setHostCookie(reply, loginCookieName(secure), stateHash, secure, maxAgeSeconds);
}

/** Binds a consent to the browser that began it. */
export function setConsentCookie(
  reply: FastifyReply,
  stateHash: string,
  secure: boolean,
  maxAgeSeconds: number,
): void {
  setHostCookie(reply, consentCookieName(secure), stateHash, secure, maxAgeSeconds);
}

function setHostCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  secure: boolean,
  maxAgeSeconds: number,
): void {
  // Lax, for the way back from the CRM or the mail service is a navigation that another site began.
  reply.setCookie(name, value, { path: '/', httpOnly: true, secure, sameSite: 'lax', maxAge: maxAgeSeconds });
}
