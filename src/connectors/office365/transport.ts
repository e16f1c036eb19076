/**
 * Sends one call to Graph and reads its answer: token, headers, silence while Graph asks for it, one renewal, and the translation of every refusal.
 * Batches are in batch.ts; it knows no resource and repeats nothing but a call whose token was refused.
 */
import type { AbortSignalLike, Clock, Instant, Random } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { createGate, type Gate } from '../gate.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import type { Access } from './access.ts';
import { readClaims } from './challenge.ts';
import { graphFailure, type Refusal, readError, type Scope, translateNetwork } from './failures.ts';
import { urlOfPath } from './links.ts';

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1.0`, with its query. */
  readonly path: string;
  /** Preferences beside immutable ids, each as `name=value`. */
  readonly prefer?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly scope: Scope;
}

export interface SingleCall extends GraphCall {
  /** Under which name the request is counted. */
  readonly operation: string;
  readonly bodyBytesMax?: number;
}

export interface Transport {
  /** The JSON of a success. Rejects with `RemoteFailure`. */
  json(call: SingleCall): Promise<unknown>;
  /** The bytes of a success, as long as `bodyBytesMax` allows. */
  bytes(call: SingleCall): Promise<Uint8Array>;
  /** As `json`, while nothing else runs for this mailbox: what is inside a batch runs four at a time. */
  alone(call: SingleCall): Promise<unknown>;
  /** A refusal in our words; a wait that it asks for is kept from now on. */
  fail(refusal: Refusal, scope: Scope): Failure;
  /** Gets another token in the place of the one that was refused (the one in use unless told); ends the connector when there is none. */
  renew(challenge: string | null, rejected?: string): Promise<void>;
  /** Ends the connector: nothing is sent any more. */
  end(refusal: Refusal): never;
  readonly root: string;
  readonly clock: Clock;
  /** Rejects with the signal's reason. */
  sleep(ms: number): Promise<void>;
}

export interface TransportOptions {
  readonly http: Http;
  readonly access: Access;
  readonly graphOrigin: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly isAppOnly: boolean;
  readonly signal?: AbortSignalLike | undefined;
}

/** Exchange Online lets four run at once for an application and mailbox; one is left to whoever else uses the application. */
const CALLS_AT_ONCE = 3;
const IMMUTABLE_IDS = 'IdType="ImmutableId"';

export const immutableIds = (prefer: readonly string[] = []): string => [IMMUTABLE_IDS, ...prefer].join(', ');

export function createTransport(options: TransportOptions): Transport {
  const { access, clock, http } = options;
  const room = createGate(CALLS_AT_ONCE);
  const batches = createGate(1);
  let silence: { readonly until: Instant; readonly failure: Failure } | null = null;
  /** A dead grant is not asked again by the same connector. */
  let ended: RemoteFailure | null = null;
  let token: string | null = null;

  const refuseBeforehand = (): void => {
    if (ended !== null) throw ended;
    const left = silence === null ? 0 : silence.until - clock.now();
    if (silence !== null && left > 0) throw new RemoteFailure({ ...silence.failure, retryAfterMs: left });
  };
  const keepSilence = (details: Failure): Failure => {
    const { retryAfterMs, kind } = details;
    if (retryAfterMs !== undefined && (kind === 'throttled' || kind === 'transient'))
      silence = { until: Math.max(silence?.until ?? 0, clock.now() + retryAfterMs), failure: details };
    return details;
  };
  const guardAccess = async (ask: () => Promise<string>): Promise<string> => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RemoteFailure) {
        keepSilence(error.failure);
        if (ENDING.has(error.failure.kind)) ended = error;
      }
      throw error;
    }
  };
  const fail = (refusal: Refusal, scope: Scope): Failure =>
    keepSilence(graphFailure(refusal, { scope, now: clock.now(), isAppOnly: options.isAppOnly }));
  const end = (refusal: Refusal): never => {
    ended ??= new RemoteFailure(fail({ ...refusal, status: 401 }, 'mailbox'));
    throw ended;
  };
  const renew = async (challenge: string | null, rejected = token ?? ''): Promise<void> => {
    token = await guardAccess(() => access.renew(rejected, readClaims(challenge)));
  };
  const sendOnce = (call: SingleCall) => http.send(writeRequest(call, token ?? '', options));

  async function send<T>(call: SingleCall, take: (response: HttpResponse) => Promise<T>): Promise<T> {
    refuseBeforehand();
    try {
      token = await guardAccess(access.token);
      const used = token;
      let response = await sendOnce(call);
      if (isForToken(response)) {
        const challenge = response.header('www-authenticate');
        await response.discard();
        await renew(challenge, used);
        response = await sendOnce(call);
        if (response.status === 401) end(await readRefusal(response));
      }
      if (response.status >= 200 && response.status < 300) return await take(response);
      throw new RemoteFailure(fail(await readRefusal(response), call.scope));
    } catch (error) {
      throw translateNetwork(error);
    }
  }

  const json = (call: SingleCall): Promise<unknown> => send(call, readJson);
  return {
    root: access.root,
    clock,
    sleep: (ms) => clock.sleep(ms, options.signal),
    fail,
    renew,
    end,
    json: (call) => room.run(() => json(call)),
    bytes: (call) => room.run(() => send(call, (response) => response.bytes())),
    alone: (call) => batches.run(() => fill(room, CALLS_AT_ONCE, () => json(call))),
  };
}

function writeRequest(
  call: SingleCall,
  token: string,
  { graphOrigin, random }: TransportOptions,
): HttpRequest {
  return {
    method: call.method,
    url: urlOfPath(call.path, graphOrigin),
    operation: call.operation,
    headers: {
      accept: 'application/json',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
      authorization: `Bearer ${token}`,
      prefer: immutableIds(call.prefer),
      'client-request-id': requestId(random),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.bodyBytesMax === undefined ? {} : { bodyBytesMax: call.bodyBytesMax }),
  };
}

/** Kinds after which asking again could only do harm. */
const ENDING: ReadonlySet<string> = new Set(['authorization-revoked', 'credentials-rejected']);

/** Takes all the room there is; only one caller may do so at a time. */
function fill<T>(room: Gate, left: number, task: () => Promise<T>): Promise<T> {
  return left === 0 ? task() : room.run(() => fill(room, left - 1, task));
}

/** A refused token; Graph asks for claims by 401, and services behind it by 403. */
function isForToken(response: HttpResponse): boolean {
  if (response.status === 401) return true;
  return response.status === 403 && readClaims(response.header('www-authenticate')) !== null;
}

async function readJson(response: HttpResponse): Promise<unknown> {
  if (response.status === 204) return null;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }), error);
  }
}

async function readRefusal(response: HttpResponse): Promise<Refusal> {
  const retryAfter = response.header('retry-after');
  const { status } = response;
  const text = await response.text();
  try {
    return { status, retryAfter, ...readError(JSON.parse(text)) };
  } catch {
    return { status, retryAfter, code: '', message: '' };
  }
}

/** An id in the shape of a UUID, by which an administrator finds a request in the service's log. */
function requestId(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
