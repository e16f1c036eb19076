/**
 * Signs requests in with a token of modern authentication, renewed once when the server refuses it; and chooses between this and a password by what the
 * connection holds. It never tries the one where the other was given.
 */
import { failure, RemoteFailure } from '../../model/failure.ts';
import { createGate } from '../gate.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { type Credential, createSender, createSignIn, type SignIn, type SignInOptions } from './sign-in.ts';

/** Where the token to use is found. */
export interface BearerTokens {
  /** The token to use now, renewed before its end. Rejects with `RemoteFailure`. */
  token(): Promise<string>;
  /** The token that takes the place of one which the server refused. */
  renew(rejected: string): Promise<string>;
}

/** Whose tokens: `login` as the sign-in service named the person. */
export interface BearerCredential {
  readonly login: string;
  readonly tokens: BearerTokens;
}

/** The sign-in that fits what the connection holds. */
export function signInWith(
  options: Omit<SignInOptions, 'credential'> & { readonly credential: Credential | BearerCredential },
): SignIn {
  const { credential } = options;
  if (!('tokens' in credential)) return createSignIn({ ...options, credential });
  return createBearerSignIn({ ...options, tokens: credential.tokens });
}

const CONNECTIONS = 2;

export function createBearerSignIn({
  http,
  tokens,
  makeDispatcher,
  shared,
}: Pick<SignInOptions, 'http' | 'makeDispatcher' | 'shared'> & { readonly tokens: BearerTokens }): SignIn {
  const sender = createSender({ http, makeDispatcher }, CONNECTIONS, shared);
  const send = (request: HttpRequest, token: string): Promise<HttpResponse> =>
    sender.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
  const oneAtATime = createGate(1);
  let isProven = false;
  /** What was refused once is never sent again by the same run. */
  let refusal: RemoteFailure | null = null;

  const attempt = async (request: HttpRequest): Promise<HttpResponse> => {
    if (refusal !== null) throw refusal;
    const token = await tokens.token();
    const answer = await send(request, token);
    if (answer.status !== 401) return answer;
    await answer.discard();
    refuseWithoutBearer(answer);
    const second = await send(request, await tokens.renew(token));
    if (second.status !== 401) return second;
    await second.discard();
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: reasonOf(second) }));
  };
  const remembering = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      const answer = await attempt(request);
      isProven = true;
      return answer;
    } catch (error) {
      if (error instanceof RemoteFailure && error.failure.kind === 'authorization-revoked') refusal = error;
      throw error;
    }
  };
  return {
    // The first request finds out whether the token is taken, while everybody else waits.
    send: (request) => (isProven ? remembering(request) : oneAtATime.run(() => remembering(request))),
    close: () => sender.close(),
  };
}

/** A server that takes no tokens at all is the operator's to mend: no person's sign-in would help. */
function refuseWithoutBearer(answer: HttpResponse): void {
  const offered = answer.header('www-authenticate') ?? '';
  if (offered !== '' && !/(?:^|[\s,])Bearer\b/i.test(offered))
    throw new RemoteFailure(failure('mailbox.app-misconfigured', { vendorCode: 'BearerNotOffered' }));
}

/** Exchange's own number, such as 2000003, from `x-ms-diagnostics`; else what the challenge names. */
function reasonOf(answer: HttpResponse): string {
  const number = /^\s*(\d{7})\b/.exec(answer.header('x-ms-diagnostics') ?? '')?.[1];
  const named = /\berror="([a-z_]{1,40})"/.exec(answer.header('www-authenticate') ?? '')?.[1];
  return number ?? named ?? 'HTTP 401';
}
