/**
 * Signs requests in with Basic or NTLM, whichever the server offers, and never sends a refused password twice. It knows nothing of
 * SOAP or Autodiscover; a 401 within the legs of NTLM is part of the conversation, every other one ends as a refusal.
 */
import type { Dispatcher } from 'undici';
import type { Clock, Random } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { createGate } from '../gate.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { authenticateMessage, negotiateMessage, ntlmCredential } from './ntlm.ts';

export interface Credential {
  /** `user@domain` or `DOMAIN\user`. */
  readonly login: string;
  readonly password: string;
}

/** A pool of so many sockets per host. */
export type MakeDispatcher = (connections: number) => Dispatcher;

export interface SignInOptions {
  readonly http: Http;
  readonly credential: Credential;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes sockets for this identity alone: NTLM signs in a connection, so nobody else may ride on it, and it needs exactly one. */
  readonly makeDispatcher?: MakeDispatcher | undefined;
  /** Sockets that others use, too, for requests that each carry their own sign-in. Absent: these have sockets of their own as well. */
  readonly shared?: Dispatcher | undefined;
  /** Waits for the server's challenge before any credential leaves; costs one request. For hosts not yet proven. */
  readonly askFirst?: boolean;
}

export interface SignIn {
  /** The answer to a signed-in request, never a 401. Rejects with `RemoteFailure` when refused, else as `Http.send`. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the sockets; never rejects. */
  close(): Promise<void>;
}

const REFUSED = failure('mailbox.credentials-rejected', { vendorCode: 'HTTP 401' });

type Scheme = 'basic-utf8' | 'basic-latin1' | 'NTLM' | 'Negotiate';

export function createSignIn(options: SignInOptions): SignIn {
  const oneAtATime = createGate(1);
  const plainSend = createSender(options, BASIC_CONNECTIONS, options.shared);
  const ntlmSend = createSender(options, 1);
  const ntlm = createNtlm(options, ntlmSend.send);
  let scheme: Scheme | null = null;
  let refusal: Failure | null = null;

  const refuse = (details: Failure): never => {
    refusal = details;
    throw new RemoteFailure(details);
  };
  const orRefuse = async (answer: HttpResponse): Promise<HttpResponse> => {
    if (answer.status !== 401) return answer;
    await answer.discard();
    return refuse(REFUSED);
  };

  const basic = (request: HttpRequest, encoding: 'utf8' | 'latin1'): Promise<HttpResponse> =>
    plainSend.send(withAuthorization(request, basicHeader(options.credential, encoding)));

  /** The first request of a run: finds out how to sign in, while everybody else waits. */
  async function first(request: HttpRequest): Promise<HttpResponse> {
    const asked = options.askFirst === true;
    const opening = asked ? await plainSend.send(request) : await basic(request, 'utf8');
    if (opening.status !== 401) {
      // Only the service itself answers so; a busy proxy or a web page proves nothing about how to sign in.
      if (!asked && (opening.status === 200 || opening.status === 500)) scheme = 'basic-utf8';
      return opening;
    }
    const offered = readChallenges(opening);
    await opening.discard();
    const revoked = opening.header('x-ms-diagnostics')?.match(/^\s*(2000001|2000008)\b/)?.[1];
    if (revoked !== undefined) refuse(failure('mailbox.authorization-revoked', { vendorCode: revoked }));
    if (offered.basic) return firstBasic(request, asked);
    const kind = offered.ntlm ? 'NTLM' : offered.negotiate ? 'Negotiate' : null;
    if (kind === null)
      return refuse(failure('mailbox.credentials-rejected', { vendorCode: 'NoSupportedScheme' }));
    const answer = await orRefuse(await ntlm(request, kind));
    scheme = kind;
    return answer;
  }

  /** `fresh` tells that no password was sent yet; otherwise UTF-8 has just been refused. */
  async function firstBasic(request: HttpRequest, fresh: boolean): Promise<HttpResponse> {
    // RFC 7617 names no charset: IIS reads Latin-1 where UTF-8 did not fit, which differs for non-ASCII passwords only.
    const second = hasLatin1Form(options.credential) ? (['latin1'] as const) : [];
    for (const encoding of fresh ? (['utf8', ...second] as const) : second) {
      const answer = await basic(request, encoding);
      if (answer.status !== 401) {
        scheme = `basic-${encoding}`;
        return answer;
      }
      await answer.discard();
    }
    return refuse(REFUSED);
  }

  const settled = async (request: HttpRequest, by: Scheme): Promise<HttpResponse> => {
    if (by === 'NTLM' || by === 'Negotiate') return orRefuse(await ntlm(request, by));
    const answer = await basic(request, by === 'basic-utf8' ? 'utf8' : 'latin1');
    if (answer.status !== 401 || readChallenges(answer).basic) return orRefuse(answer);
    // Another server behind the same name, which does not take Basic at all: find out anew at the next attempt.
    await answer.discard();
    scheme = null;
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'SignInSchemeChanged' }));
  };

  return {
    async send(request) {
      const attempt = async (): Promise<HttpResponse> => {
        if (refusal !== null) throw new RemoteFailure(refusal);
        return scheme === null ? first(request) : settled(request, scheme);
      };
      if (refusal === null && (scheme === 'basic-utf8' || scheme === 'basic-latin1')) return attempt();
      return oneAtATime.run(attempt);
    },
    async close() {
      await Promise.all([plainSend.close(), ntlmSend.close()]);
    },
  };
}

const BASIC_CONNECTIONS = 2;

export interface Sender {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Sends on shared sockets, or on some of its own that are opened with the first request. */
export function createSender(
  { http, makeDispatcher }: Pick<SignInOptions, 'http' | 'makeDispatcher'>,
  connections: number,
  shared?: Dispatcher,
): Sender {
  let own: Dispatcher | undefined;
  return {
    send(request) {
      if (shared === undefined) own ??= makeDispatcher?.(connections);
      const dispatcher = shared ?? own;
      return http.send(dispatcher === undefined ? request : { ...request, dispatcher });
    },
    async close() {
      await own?.destroy().catch(() => undefined);
      own = undefined;
    },
  };
}

type NtlmSend = (request: HttpRequest, kind: 'NTLM' | 'Negotiate') => Promise<HttpResponse>;

/**
 * Rides a signed-in connection where there is one; else three legs: negotiate with an empty body, challenge, the request itself.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-ntht/
 */
function createNtlm(options: SignInOptions, send: Sender['send']): NtlmSend {
  const credential = ntlmCredential(options.credential.login, options.credential.password);
  let signedIn = false;
  return async (request, kind) => {
    if (signedIn) {
      const answer = await send(request);
      if (answer.status !== 401) return answer;
      // The server or a timer closed the signed-in connection; the password itself was not refused.
      await answer.discard();
      signedIn = false;
    }
    const negotiate = negotiateMessage();
    const leg = await send({
      ...withAuthorization(request, `${kind} ${negotiate.toString('base64')}`),
      operation: 'sign-in',
      body: '',
    });
    const token = leg.status === 401 ? readChallenges(leg).token : null;
    if (leg.status !== 401) return leg;
    await leg.discard();
    const message = authenticateMessage({
      credential,
      negotiate,
      challenge: Buffer.from(token ?? '', 'base64'),
      clientChallenge: Buffer.from(Array.from({ length: 8 }, () => Math.floor(options.random.next() * 256))),
      now: options.clock.now(),
    });
    if (message === null)
      throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'NtlmChallengeUnreadable' }));
    const answer = await send({
      ...withAuthorization(request, `${kind} ${message.toString('base64')}`),
    });
    signedIn = answer.status !== 401;
    return answer;
  };
}

function withAuthorization(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization } };
}

function basicHeader(credential: Credential, encoding: 'utf8' | 'latin1'): string {
  return `Basic ${Buffer.from(`${credential.login}:${credential.password}`, encoding).toString('base64')}`;
}

/** True where Latin-1 writes the credential differently from UTF-8 and can write it at all. */
function hasLatin1Form(credential: Credential): boolean {
  const codes = Array.from(credential.login + credential.password, (letter) => letter.codePointAt(0) ?? 0);
  return codes.some((code) => code > 0x7f) && codes.every((code) => code <= 0xff);
}

interface Challenges {
  readonly basic: boolean;
  readonly ntlm: boolean;
  readonly negotiate: boolean;
  /** The NTLM challenge message, base64. */
  readonly token: string | null;
}

/** Reads `WWW-Authenticate`, several of which arrive joined by commas (RFC 9110, 11.6.1). */
export function readChallenges(response: Pick<HttpResponse, 'header'>): Challenges {
  const header = response.header('www-authenticate') ?? '';
  const token = /(?:^|[\s,])(?:NTLM|Negotiate)\s+([A-Za-z0-9+/]{20,}={0,2})/i.exec(header)?.[1] ?? null;
  const offers = (name: string): boolean => new RegExp(`(?:^|,)\\s*${name}\\b`, 'i').test(header);
  return { basic: offers('Basic'), ntlm: offers('NTLM'), negotiate: offers('Negotiate'), token };
}
