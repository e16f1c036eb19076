/**
 * The one way out to a remote service: a request with a deadline, a bounded body and a count of its traffic. It knows nothing of any
 * service and takes no decision: no retry, no redirect, no sign-in. What breaks below HTTP leaves as `NetworkError`, and each connector
 * words that in its own catalogue codes.
 */
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../model/clock.ts';
import type { Traffic } from '../model/connector.ts';
import { RemoteFailure } from '../model/failure.ts';
import { networkCode, networkKind } from './network-codes.ts';

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly redirect: 'manual';
  readonly dispatcher?: Dispatcher;
  /** Under which name the request is counted; nothing is sent of it. */
  readonly operation?: string;
}

/** The part of a web `Response` that is used; undici's and the simulators' both fit. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): BodyReader } | null;
}

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

/** Production passes undici's `fetch`, tests and the sandbox a simulator. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export type NetworkErrorKind = 'certificate' | 'unreachable' | 'timeout' | 'too-large';

/** What went wrong below HTTP. `vendorCode` is Node's or undici's constant (`ECONNREFUSED`), never a message. */
export class NetworkError extends Error {
  readonly kind: NetworkErrorKind;
  readonly vendorCode: string;
  constructor(kind: NetworkErrorKind, vendorCode: string, cause?: unknown) {
    super(`${kind} (${vendorCode})`, { cause });
    this.name = 'NetworkError';
    this.kind = kind;
    this.vendorCode = vendorCode;
  }
}

export interface HttpOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** The run's own signal; when it is aborted, `send` and every read reject with its reason. */
  readonly signal?: AbortSignal;
  /** From the first byte sent to the last one read. Default 100 s. */
  readonly deadlineMs?: number;
  /** Answers longer than this end as `too-large`. Default 256 MiB. */
  readonly bodyBytesMax?: number;
  /** Administrators filter by it (EwsAllowList), so it never changes: "Lockstep". */
  readonly userAgent?: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Under which name the request is counted. */
  readonly operation: string;
  readonly dispatcher?: Dispatcher;
  /** Overrides the connector's limit for this answer. */
  readonly bodyBytesMax?: number;
  readonly deadlineMs?: number;
}

/** An answer whose body is read once, by one of `text`, `bytes`, `stream` or `discard`; until then its socket is taken. */
export interface HttpResponse {
  readonly status: number;
  header(name: string): string | null;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
  /** Drops the body. A short one is read to its end, so that the connection can be used again. Never rejects. */
  discard(): Promise<void>;
}

export interface Http {
  /**
   * Sends once and never follows a redirect. Rejects with `NetworkError`, with the signal's reason, or with the `RemoteFailure` that the
   * agent's own `lookup` raised.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  traffic(): Traffic;
}

const DEADLINE_MS = 100_000;
const BODY_BYTES_MAX = 256 * 1024 * 1024;
const DISCARD_BYTES_MAX = 64 * 1024;

interface Counters {
  requests: number;
  bytesSent: number;
  bytesReceived: number;
  readonly byOperation: Record<string, number>;
}

export function createHttp(options: HttpOptions): Http {
  const counters: Counters = { requests: 0, bytesSent: 0, bytesReceived: 0, byOperation: {} };
  return {
    async send(request) {
      options.signal?.throwIfAborted();
      count(counters, request);
      const watch = startDeadline(options, request.deadlineMs ?? options.deadlineMs ?? DEADLINE_MS);
      try {
        const response = await options.fetch(request.url, {
          method: request.method,
          headers: { 'user-agent': options.userAgent ?? 'Lockstep', ...request.headers },
          ...(request.body === undefined ? {} : { body: request.body }),
          ...(request.dispatcher === undefined ? {} : { dispatcher: request.dispatcher }),
          signal: watch.signal,
          redirect: 'manual',
          operation: request.operation,
        });
        const bytesMax = request.bodyBytesMax ?? options.bodyBytesMax ?? BODY_BYTES_MAX;
        return wrapResponse(response, bytesMax, watch, counters, options.signal);
      } catch (error) {
        watch.stop();
        throw translate(error, watch, options.signal);
      }
    },
    traffic: () => ({ ...counters, byOperation: { ...counters.byOperation } }),
  };
}

function count(counters: Counters, request: HttpRequest): void {
  counters.requests += 1;
  counters.byOperation[request.operation] = (counters.byOperation[request.operation] ?? 0) + 1;
  counters.bytesSent +=
    typeof request.body === 'string' ? Buffer.byteLength(request.body) : (request.body?.length ?? 0);
}

interface Deadline {
  readonly signal: AbortSignal;
  expired(): boolean;
  stop(): void;
}

/** A reason of our own: without one, each answer would cost an exception with its stack. */
const ANSWERED = new Error('answered');

/** Aborts at the deadline by the clock it was given, or when the run's signal is aborted. */
function startDeadline(options: HttpOptions, deadlineMs: number): Deadline {
  const abort = new AbortController();
  const timer = new AbortController();
  let expired = false;
  options.clock.sleep(deadlineMs, timer.signal).then(
    () => {
      if (timer.signal.aborted) return;
      expired = true;
      abort.abort(new NetworkError('timeout', 'DEADLINE'));
    },
    () => undefined,
  );
  const outer = options.signal;
  const forward = (): void => abort.abort(outer?.reason);
  outer?.addEventListener('abort', forward, { once: true });
  return {
    signal: abort.signal,
    expired: () => expired,
    stop() {
      timer.abort(ANSWERED);
      outer?.removeEventListener('abort', forward);
    },
  };
}

function wrapResponse(
  response: FetchResponse,
  bytesMax: number,
  watch: Deadline,
  counters: Counters,
  outer: AbortSignal | undefined,
): HttpResponse {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    // A read may hang for long, and not every `fetch` wakes it when the signal is aborted.
    const aborted = abortion(watch.signal);
    let received = 0;
    let ended = false;
    try {
      while (reader !== undefined) {
        watch.signal.throwIfAborted();
        const { done, value } = await Promise.race([reader.read(), aborted.happens]);
        if (done) break;
        if (value === undefined) continue;
        received += value.length;
        counters.bytesReceived += value.length;
        if (received > bytesMax) throw new NetworkError('too-large', 'BODY_BYTES_MAX');
        yield value;
      }
      ended = true;
    } catch (error) {
      throw translate(error, watch, outer);
    } finally {
      aborted.forget();
      watch.stop();
      if (!ended) await reader?.cancel().catch(() => undefined);
    }
  }
  const bytes = async (): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    bytes,
    text: async () => new TextDecoder().decode(await bytes()),
    stream,
    async discard() {
      let seen = 0;
      try {
        for await (const chunk of stream()) {
          seen += chunk.length;
          if (seen > DISCARD_BYTES_MAX) break;
        }
      } catch {
        // The answer was not wanted: how its rest fails does not matter.
      }
    },
  };
}

/** A promise that rejects with the signal's reason once it is aborted. */
function abortion(signal: AbortSignal): { readonly happens: Promise<never>; forget(): void } {
  let forget = (): void => undefined;
  const happens = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    forget = () => signal.removeEventListener('abort', onAbort);
  });
  happens.catch(() => undefined);
  return { happens, forget: () => forget() };
}

/** What to throw for anything thrown below: the caller's own reason first, then the deadline, then the network. */
function translate(error: unknown, watch: Deadline, outer: AbortSignal | undefined): unknown {
  if (outer?.aborted) return outer.reason;
  if (watch.expired()) return new NetworkError('timeout', 'DEADLINE', error);
  return error instanceof NetworkError ? error : (carriedFailure(error) ?? networkError(error));
}

/** Reads the first known code in an error's chain of causes; `fetch` wraps the real one in a TypeError. */
export function networkError(error: unknown): NetworkError {
  const code = networkCode(error) ?? 'FETCH_FAILED';
  return new NetworkError(networkKind(code), code, error);
}

/** A failure that our own name resolution raised, inside what `fetch` made of it. */
function carriedFailure(error: unknown): RemoteFailure | null {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if (at instanceof RemoteFailure) return at;
    at = (at as { cause?: unknown }).cause;
  }
  return null;
}

export interface AgentOptions {
  /** PEM text of a company's own authorities, trusted besides the usual ones (EXTRA_CA_FILE). */
  readonly extraCa?: readonly string[];
  /** Sockets per host at most. */
  readonly connections?: number;
  /** Idle sockets are closed after this. Default 30 s. */
  readonly keepAliveMs?: number;
  /** Name resolution that refuses addresses which are not allowed; in the shape of `dns.lookup`. */
  readonly lookup?: import('node:net').LookupFunction;
  /** The failure for a host that must not be connected to, asked at the moment of connecting; an address is never looked up. */
  readonly refuse?: (hostname: string) => RemoteFailure | null;
}

const MIN_VERSION = 'TLSv1.2';
const contexts = new Map<string, SecureContext>();

/** Reading all trusted certificates takes longer than a handshake: it is done once for each set of them, not for each connection. */
function contextOf(extraCa: readonly string[]): SecureContext {
  const name = extraCa.join('\n');
  const known = contexts.get(name);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...rootCertificates, ...extraCa], minVersion: MIN_VERSION });
  contexts.set(name, context);
  return context;
}

/** A pool of sockets: TLS 1.2 or newer, certificates always verified, one request at a time on a socket. */
export function createAgent({ connections, ...options }: AgentOptions = {}): Agent {
  return createAgents(options)(connections);
}

/** Pools that know each other's TLS sessions, so that a mailbox with a pool of its own need not begin at its host from nothing (RFC 8446, 2.2). */
export function createAgents(options: Omit<AgentOptions, 'connections'>): (connections?: number) => Agent {
  const { extraCa = [], lookup, refuse } = options;
  const connect = buildConnector({
    minVersion: MIN_VERSION,
    allowH2: false,
    ...(extraCa.length === 0 ? {} : { secureContext: contextOf(extraCa) }),
    ...(lookup === undefined ? {} : { lookup }),
  });
  return (connections = 4) =>
    new Agent({
      connections,
      pipelining: 1,
      // NTLM signs in a connection, not a request, and does not exist over HTTP/2 (MS-NTHT; IIS falls back to 1.1).
      allowH2: false,
      keepAliveTimeout: options.keepAliveMs ?? 30_000,
      connect: (target, callback) => {
        const refused = refuse?.(target.hostname) ?? null;
        if (refused === null) connect(target, callback);
        else callback(refused, null);
      },
    });
}
