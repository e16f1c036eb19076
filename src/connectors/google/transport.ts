/**
 * One way to one of Google's APIs for everything in a mailbox: token, pace, at most three requests at once, JSON out and in. It renews a refused
 * token once, repeats nothing else, and remembers a refusal that only a person can mend. Batches are in batch.ts.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { Gate } from '../gate.ts';
import { type Http, type HttpRequest, NetworkError } from '../http.ts';
import { type Api, originOf } from './apis.ts';
import { gmailFailure, isOfOneItem, type Refusal, type Scope } from './failures.ts';
import { translateNetwork } from './network-failures.ts';
import { type Method, type Pace, UNITS, WAIT_UNTOLD_MS } from './quota.ts';
import type { GrantKind } from './token-failures.ts';
import type { AccessTokens } from './tokens.ts';

export interface TransportOptions {
  readonly http: Http;
  readonly tokens: AccessTokens;
  readonly api: Api;
  /** Gmail's; where the other APIs live follows from it. */
  readonly origin: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  readonly gate: Gate;
  readonly signal: AbortSignalLike | undefined;
  /** The mailbox that a service account acts for; null where its owner consented. */
  readonly delegatedMailbox: string | null;
  /** Shared by the APIs of one mailbox. */
  readonly ending: GrantEnding;
}

/** What is remembered once the grant is gone: nothing more is sent with it. */
export interface GrantEnding {
  reason: RemoteFailure | null;
}

/** A call of one method. */
export interface Call {
  readonly method: Method;
  readonly verb: 'GET' | 'POST' | 'PATCH';
  /** Below the API's base, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scope: Scope;
  readonly bodyBytesMax?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly retryAfter: string | null;
}

export type GmailRequest = Omit<HttpRequest, 'url'> & { readonly path: string };

export interface Transport {
  readonly api: Api;
  /** The JSON that a call is answered with. Rejects with `RemoteFailure` or the signal's reason. */
  call(call: Call): Promise<unknown>;
  /** Sends anything to the API's host with a token, and once more with a new one where `refusesToken` says so; other statuses are the caller's. */
  send(request: GmailRequest, units: number, refusesToken: (answer: Answer) => boolean): Promise<Answer>;
  /** The path of a call from the host's root, for a batch's part. */
  pathOf(call: Call): string;
  /** A refusal in our words. */
  failureOf(refusal: Refusal, scope: Scope): Failure;
  /** A failure as the error to throw; that a whole mailbox must wait is remembered. */
  refused(told: Failure): RemoteFailure;
  /** A short wait before parts are sent again. */
  rest(): Promise<void>;
}

const REST_MS = 2_000;

export function createTransport(options: TransportOptions): Transport {
  const { api, clock, pace, delegatedMailbox } = options;
  const grant: GrantKind = delegatedMailbox === null ? 'consent' : 'delegation';
  // Units of a service account count for whom it acts; the name is ours to choose, and addresses have no business in URLs.
  const quotaUser =
    delegatedMailbox === null
      ? null
      : createHash('sha256').update(delegatedMailbox).digest('hex').slice(0, 40);
  const send = createSender(options);

  const pathOf = ({ path }: Call): string =>
    quotaUser === null
      ? `${api.base}${path}`
      : `${api.base}${path}${path.includes('?') ? '&' : '?'}quotaUser=${quotaUser}`;
  const failureOf = (refusal: Refusal, scope: Scope): Failure =>
    gmailFailure(refusal, scope, grant, clock.now(), api);
  const refused = (told: Failure): RemoteFailure => {
    if (told.kind !== 'throttled') return new RemoteFailure(told);
    const retryAfterMs = told.retryAfterMs ?? WAIT_UNTOLD_MS;
    pace.silence(retryAfterMs);
    return new RemoteFailure({ ...told, retryAfterMs });
  };
  const sendBounded = async (request: GmailRequest, { method, scope }: Call): Promise<Answer> => {
    try {
      return await send(request, UNITS[method], isUnauthorized);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const code = isOfOneItem(scope) ? 'mailbox.item-too-large' : 'mailbox.request-invalid';
      throw new RemoteFailure(failure(code, { vendorCode: error.vendorCode }), error);
    }
  };
  return {
    api,
    send,
    pathOf,
    failureOf,
    refused,
    rest: () => clock.sleep(REST_MS * (0.5 + options.random.next() / 2), options.signal),
    async call(call) {
      const answer = await sendBounded(
        {
          method: call.verb,
          path: pathOf(call),
          operation: call.method,
          headers: {
            accept: 'application/json',
            ...(call.body === undefined ? {} : JSON_BODY),
            ...call.headers,
          },
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
          ...(call.bodyBytesMax === undefined ? {} : { bodyBytesMax: call.bodyBytesMax }),
        },
        call,
      );
      if (answer.status < 200 || answer.status > 299) throw refused(failureOf(answer, call.scope));
      return readJson(answer.text);
    },
  };
}

const isUnauthorized = ({ status }: Answer): boolean => status === 401;

const JSON_BODY = { 'content-type': 'application/json; charset=UTF-8' };

/** The JSON of a good answer; anything else comes from something in between. */
export function readJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }), error);
  }
}

/** An answer by its schema; one that does not fit comes from something in between. */
export function readAs<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
}

function createSender(options: TransportOptions): Transport['send'] {
  const { http, tokens, api, pace, gate, signal, ending } = options;
  const origin = originOf(api, options.origin);
  /** A service account may lack one API and have the others. */
  let ended: RemoteFailure | null = null;
  const remember = (error: unknown): never => {
    const translated = translateNetwork(error);
    if (translated instanceof RemoteFailure && isFinal(translated)) {
      ended = translated;
      if (translated.failure.kind !== 'permission-missing') ending.reason = translated;
    }
    throw translated;
  };
  const sendOnce = async ({ path, ...request }: GmailRequest, token: string): Promise<Answer> => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const response = await http.send({ ...request, headers, url: origin + path });
    return {
      status: response.status,
      text: await response.text(),
      contentType: response.header('content-type') ?? '',
      retryAfter: response.header('retry-after'),
    };
  };
  return (request, units, refusesToken) =>
    gate.run(async () => {
      const gone = ending.reason ?? ended;
      if (gone !== null) throw gone;
      await pace.spend(units, signal);
      try {
        const token = await tokens.current();
        const first = await sendOnce(request, token);
        if (!refusesToken(first)) return first;
        const second = await sendOnce(request, await tokens.renew(token));
        if (!refusesToken(second)) return second;
        throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'authError' }));
      } catch (error) {
        // Read by whoever asked for too much at once; the bound is his.
        if (error instanceof NetworkError && error.kind === 'too-large') throw error;
        return remember(error);
      }
    });
}

function isFinal({ failure: { kind } }: RemoteFailure): boolean {
  return kind === 'authorization-revoked' || kind === 'permission-missing' || kind === 'mailbox-unavailable';
}
