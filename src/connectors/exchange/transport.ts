/**
 * Sends one EWS request and reads its answer message by message: headers, version, impersonation, back-off and the translation of
 * every failure that concerns the call as a whole. It knows no operation and repeats nothing but a request that must be written for
 * an older server.
 */
import type { Clock, Instant, Random } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { createGate } from '../gate.ts';
import { type HttpResponse, NetworkError } from '../http.ts';
import {
  isOffice365Host,
  networkFailure,
  readBackOff,
  readFault,
  readRetryAfter,
  refuse,
  responseFailure,
  type Scope,
  statusFailure,
} from './failures.ts';
import type { SignIn } from './sign-in.ts';
import { MalformedXml, readXml, type ServerVersion, textOf, writeEnvelope, type XmlNode } from './soap.ts';

/** One element of `ResponseMessages`. */
export interface ResponseMessage {
  readonly ok: boolean;
  /** `NoError` or an EWS response code. */
  readonly code: string;
  readonly node: XmlNode;
}

export interface Call {
  /** The operation's name, for counting. */
  readonly operation: string;
  readonly body: (version: ServerVersion) => string;
  /** How errors of the whole request are read. Default `mailbox`. */
  readonly scope?: Scope;
  /** The zone of the request, by its Windows name; left out where no time is spoken of. */
  readonly timeZone?: string | undefined;
}

export interface Transport {
  /**
   * Response messages in the order of the answer. `take` is called as each arrives; what it does not keep is freed. Rejects with
   * `RemoteFailure`, also when any message says that the server throttles us.
   */
  call(call: Call, take: (message: ResponseMessage) => void): Promise<void>;
  /** The server's own clock as its last answer told (whole seconds); null when it tells none. */
  serverTime(): Instant | null;
}

export interface TransportOptions {
  readonly signIn: SignIn;
  readonly ewsUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Mailbox to act for, by SMTP address. */
  readonly impersonate?: string | undefined;
}

/** Two are plenty, and the server's own limit may be ten for all clients of a mailbox (EWSMaxConcurrency). */
const CONCURRENT_MAX = 2;

export function createTransport(options: TransportOptions): Transport {
  const gate = createGate(CONCURRENT_MAX);
  const host = new URL(options.ewsUrl).hostname;
  let version: ServerVersion = 'Exchange2013_SP1';
  let silentUntil: Instant = 0;
  let serverTime: Instant | null = null;

  const remember = (error: RemoteFailure): RemoteFailure => {
    const { kind, retryAfterMs } = error.failure;
    if (kind === 'throttled' && retryAfterMs !== undefined)
      silentUntil = Math.max(silentUntil, options.clock.now() + retryAfterMs);
    return error;
  };

  /** While a back-off lasts nothing is sent at all: every request would lengthen it. */
  const refuseWhileSilent = (): void => {
    const left = silentUntil - options.clock.now();
    if (left > 0) throw new RemoteFailure(responseFailure('ErrorServerBusy', 'mailbox', left));
  };

  async function attempt(call: Call, take: (message: ResponseMessage) => void): Promise<'done' | 'lower'> {
    refuseWhileSilent();
    const writtenFor = version;
    const response = await options.signIn.send({
      method: 'POST',
      url: options.ewsUrl,
      operation: call.operation,
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        accept: 'text/xml',
        'client-request-id': requestId(options.random),
        'return-client-request-id': 'true',
        ...(options.impersonate === undefined ? {} : { 'x-anchormailbox': options.impersonate }),
      },
      body: writeEnvelope({
        version: writtenFor,
        impersonate: options.impersonate,
        timeZone: call.timeZone,
        body: call.body(writtenFor),
      }),
    });
    const date = Date.parse(response.header('date') ?? '');
    serverTime = Number.isNaN(date) ? null : date;
    const retryAfterMs = readRetryAfter(response.header('retry-after'), options.clock.now());
    if (!mayHoldSoap(response)) {
      await response.discard();
      const sentTo = redirectHost(response, options.ewsUrl);
      if (sentTo !== null && isOffice365Host(sentTo)) refuse('mailbox.use-office-365', 'Redirect');
      throw new RemoteFailure(statusFailure(response.status, host, retryAfterMs));
    }
    const root = await readAnswer(response, call.scope ?? 'mailbox', take);
    const fault = readFault(root);
    if (fault === null) {
      if (response.status === 200 && root.name === 'Envelope') return 'done';
      throw new RemoteFailure(
        statusFailure(response.status === 200 ? 404 : response.status, host, retryAfterMs),
      );
    }
    if (TOO_NEW.has(fault.code) && writtenFor === 'Exchange2013_SP1') {
      version = 'Exchange2010_SP2';
      return 'lower';
    }
    throw new RemoteFailure(
      responseFailure(fault.code, call.scope ?? 'mailbox', fault.backOffMs ?? retryAfterMs),
    );
  }

  return {
    serverTime: () => serverTime,
    call: (call, take) =>
      gate.run(async () => {
        try {
          if ((await attempt(call, take)) === 'lower') await attempt(call, take);
        } catch (error) {
          if (error instanceof RemoteFailure) throw remember(error);
          if (error instanceof NetworkError) throw new RemoteFailure(networkFailure(error), error);
          if (error instanceof MalformedXml)
            throw new RemoteFailure(responseFailure('MalformedXml', 'mailbox'), error);
          throw error;
        }
      }),
  };
}

const TOO_NEW = new Set(['ErrorInvalidServerVersion', 'ErrorIncorrectSchemaVersion']);

/** Where a redirect leads; it is never followed, but the cloud's own hosts tell where the mailbox went. */
function redirectHost(response: HttpResponse, from: string): string | null {
  const location = response.header('location');
  return location === null || !URL.canParse(location, from) ? null : new URL(location, from).hostname;
}

/** SOAP comes with 200 or, as a fault, with 500; anything else, or a web page, is no answer of EWS. */
function mayHoldSoap(response: HttpResponse): boolean {
  const type = response.header('content-type') ?? '';
  return (response.status === 200 || response.status === 500) && /xml/i.test(type) && !/xhtml/i.test(type);
}

async function readAnswer(
  response: HttpResponse,
  scope: Scope,
  take: (message: ResponseMessage) => void,
): Promise<XmlNode> {
  let throttled: RemoteFailure | null = null;
  const onElement = (node: XmlNode): void => {
    const code = textOf(node, 'ResponseCode') ?? 'NoError';
    const ok = node.attributes.ResponseClass !== 'Error';
    if (!ok) {
      const details = responseFailure(code, scope, readBackOff(node));
      if (details.kind === 'throttled') throttled ??= new RemoteFailure(details);
    }
    if (throttled === null) take({ ok, code, node });
  };
  const root = await readXml(response.stream(), { below: 'ResponseMessages', onElement });
  if (throttled !== null) throw throttled;
  return root;
}

/** An id in the shape of a UUID, by which an administrator finds a request in the server's log. */
function requestId(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
