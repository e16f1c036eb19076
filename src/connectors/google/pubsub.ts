/**
 * Pulls one Cloud Pub/Sub subscription as the operator's service account. It knows nothing of what the messages say, acknowledges what was taken,
 * and repeats nothing but a request whose token had ended.
 *
 * https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull
 */
import { importPKCS8, SignJWT } from 'jose';
import { genericGrantRequest } from 'openid-client';
import { z } from 'zod';
import { type Clock, HOUR, type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type Http, NetworkError } from '../http.ts';
import { askOauth } from '../oauth.ts';

export interface PubSubOptions {
  /** `projects/P/subscriptions/S`. */
  readonly subscription: string;
  /** `https://pubsub.googleapis.com`. */
  readonly origin: string;
  /** `https://oauth2.googleapis.com`. */
  readonly tokenOrigin: string;
  readonly serviceAccount: {
    readonly email: string;
    readonly keyId: string | null;
    /** PEM, PKCS #8. */
    readonly privateKey: string;
  };
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const MESSAGES_MAX = 500;
/** Longer than Google lets an empty pull wait. */
const DEADLINE_MS = 2 * MINUTE;
/** Between two pulls that brought nothing, where the server does not wait by itself. */
const EMPTY_EVERY_MS = 10 * SECOND;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const RENEW_BEFORE_MS = 2 * MINUTE;
const SCOPE = 'https://www.googleapis.com/auth/pubsub';

const pullSchema = z.looseObject({
  receivedMessages: z
    .array(
      z.looseObject({
        ackId: z.string(),
        message: z.looseObject({ data: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

/**
 * Pulls until the signal is aborted: `take` gets the payloads of a pull as text, and what it resolved for is acknowledged. Rejects with
 * `RemoteFailure`, with what `take` rejected with, or with the signal's reason.
 */
export async function pullMessages(
  options: PubSubOptions,
  signal: AbortSignal,
  take: (payloads: readonly string[]) => Promise<void>,
): Promise<never> {
  const { clock, subscription } = options;
  const call = createCaller(options, signal);
  for (;;) {
    const startedAt = clock.now();
    const answer = await call(`${subscription}:pull`, { maxMessages: MESSAGES_MAX });
    const { receivedMessages } = pullSchema.safeParse(answer).data ?? unreadable();
    if (receivedMessages.length > 0) {
      await take(receivedMessages.map(({ message }) => decode(message?.data ?? '')));
      await call(`${subscription}:acknowledge`, { ackIds: receivedMessages.map(({ ackId }) => ackId) });
      continue;
    }
    const leftMs = startedAt + EMPTY_EVERY_MS - clock.now();
    if (leftMs > 0) await clock.sleep(leftMs, signal);
  }
}

const decode = (data: string): string => Buffer.from(data, 'base64').toString('utf8');

function unreadable(): never {
  throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
}

function createCaller(options: PubSubOptions, signal: AbortSignal) {
  const { fetch, clock, origin } = options;
  const http = createHttp({ fetch, clock, signal, bodyBytesMax: ANSWER_BYTES_MAX, deadlineMs: DEADLINE_MS });
  let token: Token | null = null;
  const send = async (path: string, body: unknown) => {
    if (token === null || token.endsAt - clock.now() < RENEW_BEFORE_MS) token = await askToken(options, http);
    return await http.send({
      method: 'POST',
      url: `${origin}/v1/${path}`,
      operation: path.slice(path.indexOf(':') + 1),
      headers: { authorization: `Bearer ${token.text}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  };
  return async (path: string, body: unknown): Promise<unknown> => {
    try {
      let response = await send(path, body);
      if (response.status === 401) {
        await response.discard();
        token = null;
        response = await send(path, body);
      }
      if (response.status === 200) return parse(await response.text());
      const retryAfter = response.header('retry-after');
      await response.discard();
      throw new RemoteFailure(statusFailure(response.status, retryAfter));
    } catch (error) {
      throw translate(error);
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable();
  }
}

function statusFailure(status: number, retryAfter: string | null): Failure {
  const seconds = Number(retryAfter ?? Number.NaN);
  const vendorCode = `HTTP ${status}`;
  const details = Number.isFinite(seconds) ? { vendorCode, retryAfterMs: seconds * SECOND } : { vendorCode };
  if (status === 429) return failure('mailbox.throttled', details);
  // A subscription that is not there, or that the service account may not pull: the operator's to mend.
  const isOurs = status >= 400 && status < 500 && status !== 408;
  return failure(isOurs ? 'mailbox.app-misconfigured' : 'mailbox.transient', details);
}

function translate(error: unknown): unknown {
  if (!(error instanceof NetworkError)) return error;
  return new RemoteFailure(failure('mailbox.unreachable', { vendorCode: error.vendorCode }), error);
}

interface Token {
  readonly text: string;
  readonly endsAt: Instant;
}

/** A token of the service account itself. https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
async function askToken({ serviceAccount, tokenOrigin, clock }: PubSubOptions, http: Http): Promise<Token> {
  const { email, keyId } = serviceAccount;
  const issuedAt = Math.floor(clock.now() / SECOND);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) })
    .setIssuer(email)
    .setAudience(`${tokenOrigin}/token`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + HOUR / SECOND)
    .sign(await readKey(serviceAccount.privateKey));
  const client = {
    http,
    clientId: email,
    // An assertion signs itself.
    authentication: () => undefined,
    server: { issuer: tokenOrigin, token_endpoint: `${tokenOrigin}/token` },
    failureOf: ({ status, error }: { readonly status: number; readonly error: string | null }) =>
      failure(status >= 400 && status < 500 ? 'mailbox.app-misconfigured' : 'mailbox.transient', {
        vendorCode: error !== null && /^\w{1,60}$/.test(error) ? error : `HTTP ${status}`,
      }),
    translate,
    unexpected: failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }),
  };
  const reply = await askOauth(client, (config) =>
    genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion }),
  );
  return { text: reply.access_token, endsAt: clock.now() + (reply.expires_in ?? HOUR / SECOND) * SECOND };
}

async function readKey(pem: string) {
  try {
    return await importPKCS8(pem, 'RS256');
  } catch (error) {
    throw new RemoteFailure(failure('mailbox.app-misconfigured', { vendorCode: 'PRIVATE_KEY' }), error);
  }
}
