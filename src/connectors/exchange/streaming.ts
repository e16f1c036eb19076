/**
 * Streaming notifications of Exchange as hints: one subscription over the whole mailbox, and a connection on which the server tells that something
 * moved. What moved is not looked at. It repeats only what the protocol makes one repeat: a connection that has had its time, and a subscription
 * that the server lost; everything else rejects and is tried again by the caller.
 *
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/notification-subscriptions-mailbox-events-and-ews-in-exchange
 */
import { type Clock, MINUTE, type Random, SECOND } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type HttpResponse, NetworkError } from '../http.ts';
import { type BearerCredential, signInWith } from './bearer-sign-in.ts';
import { readEnvelopes } from './envelopes.ts';
import {
  networkFailure,
  readBackOff,
  readFault,
  readRetryAfter,
  responseFailure,
  statusFailure,
} from './failures.ts';
import { getStreamingEvents, subscribeToAll, unsubscribe } from './operations.ts';
import type { Credential, MakeDispatcher, SignIn } from './sign-in.ts';
import { child, find, MalformedXml, readXmlText, textOf, writeEnvelope, type XmlNode } from './soap.ts';

export interface StreamingOptions {
  readonly ewsUrl: string;
  readonly credential: Credential | BearerCredential;
  /** The mailbox's address, by which a load balancer keeps the subscription and its connection on one server. */
  readonly address: string;
  /** The mailbox to act for, where the credential is a service account's. */
  readonly mailbox?: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly makeDispatcher?: MakeDispatcher;
}

/** The server closes a connection after this; 30 is the most that it takes. */
const CONNECTION_MINUTES = 29;
const DEADLINE_MS = (CONNECTION_MINUTES + 3) * MINUTE;
/** A connection that ends sooner is a server that does not hold any, unless the subscription itself was lost. */
const SHORT_MS = MINUTE;
const FAREWELL_MS = 5 * SECOND;
const ANSWER_BYTES_MAX = 1024 * 1024;
const STREAM_BYTES_MAX = 256 * 1024 * 1024;

/** The subscription is no more, or may have lost events: another one is made, without looking back. */
const LOST: ReadonlySet<string> = new Set([
  'ErrorSubscriptionNotFound',
  'ErrorInvalidSubscription',
  'ErrorExpiredSubscription',
  'ErrorMissedNotificationEvents',
  'ErrorInvalidWatermark',
  'ErrorReadEventsFailed',
]);

/** Listens until the signal is aborted. Rejects with `RemoteFailure` or the signal's reason; leaves no subscription behind. */
export async function streamHints(options: StreamingOptions, onHint: () => void): Promise<void> {
  const line = createLine(options, options.signal);
  let subscription: string | null = null;
  try {
    for (let lostAt = Number.NEGATIVE_INFINITY; ; ) {
      subscription ??= await subscribe(line);
      const openedAt = options.clock.now();
      const ended = await listen(line, subscription, onHint);
      if (ended === 'time-over') {
        if (options.clock.now() - openedAt < SHORT_MS) throw endedEarly();
        continue;
      }
      subscription = null;
      if (options.clock.now() - lostAt < SHORT_MS) throw endedEarly();
      lostAt = options.clock.now();
      // Whatever the lost subscription would have told is found by one run.
      onHint();
    }
  } catch (error) {
    throw options.signal.aborted ? options.signal.reason : translate(error);
  } finally {
    await line.close();
    if (subscription !== null) await farewell(options, line, subscription);
  }
}

function endedEarly(): RemoteFailure {
  return new RemoteFailure(responseFailure('StreamEndedEarly', 'mailbox'));
}

/** Requests of one subscription: signed in, and all to the server that holds it. */
interface Line {
  send(operation: string, body: string, deadlineMs: number): Promise<HttpResponse>;
  /** What makes the load balancer choose the same server. */
  affinity(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

function createLine(
  options: StreamingOptions,
  signal: AbortSignal | null,
  affinity: Readonly<Record<string, string>> = {},
): Line {
  const { clock, random, credential, ewsUrl } = options;
  const http = createHttp({ fetch: options.fetch, clock, ...(signal === null ? {} : { signal }) });
  const signIn: SignIn = signInWith({
    http,
    credential,
    clock,
    random,
    makeDispatcher: options.makeDispatcher,
    askFirst: false,
  });
  let kept = affinity;
  return {
    async send(operation, body, deadlineMs) {
      const response = await signIn.send({
        method: 'POST',
        url: ewsUrl,
        operation,
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          accept: 'text/xml',
          // Each notification is to arrive when it was sent, and not with the next ones that fill a block.
          ...(operation === 'GetStreamingEvents' ? { 'accept-encoding': 'identity' } : {}),
          'x-anchormailbox': options.mailbox ?? options.address,
          'x-preferserveraffinity': 'true',
          ...kept,
        },
        body: writeEnvelope({ version: 'Exchange2010_SP2', impersonate: options.mailbox, body }),
        deadlineMs,
        bodyBytesMax: operation === 'GetStreamingEvents' ? STREAM_BYTES_MAX : ANSWER_BYTES_MAX,
      });
      const cookie = affinityCookie(response.header('set-cookie'));
      if (cookie !== null) kept = { cookie };
      await refuseOthers(response, options);
      return response;
    },
    affinity: () => kept,
    close: () => signIn.close(),
  };
}

/** https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server */
function affinityCookie(header: string | null): string | null {
  return /(?:^|[,;\s])(X-BackEndOverrideCookie=[^;,\s]+)/i.exec(header ?? '')?.[1] ?? null;
}

/** Anything but SOAP is no answer of EWS. */
async function refuseOthers(response: HttpResponse, { ewsUrl, clock }: StreamingOptions): Promise<void> {
  const isXml = /xml/i.test(response.header('content-type') ?? '');
  if (isXml && (response.status === 200 || response.status === 500)) return;
  const retryAfterMs = readRetryAfter(response.header('retry-after'), clock.now());
  await response.discard();
  throw new RemoteFailure(statusFailure(response.status, new URL(ewsUrl).hostname, retryAfterMs));
}

async function subscribe(line: Line): Promise<string> {
  const response = await line.send('Subscribe', subscribeToAll(), MINUTE);
  const root = await readXmlText(await response.text());
  const message = messageOf(root);
  const id = textOf(message, 'SubscriptionId');
  if (id === null) throw new RemoteFailure(responseFailure('NoSubscriptionId', 'mailbox'));
  return id;
}

/** The one response message of an envelope. Rejects for faults and for errors. */
function messageOf(root: XmlNode): XmlNode {
  const fault = readFault(root);
  if (fault !== null) throw new RemoteFailure(responseFailure(fault.code, 'mailbox', fault.backOffMs));
  const message = find(root, 'ResponseMessages')?.children[0];
  if (message === undefined) throw new MalformedXml('no response message');
  if (message.attributes.ResponseClass === 'Error')
    throw new RemoteFailure(
      responseFailure(textOf(message, 'ResponseCode') ?? 'NoResponseCode', 'mailbox', readBackOff(message)),
    );
  return message;
}

/** One connection from its start to its end. */
async function listen(line: Line, subscription: string, onHint: () => void): Promise<'time-over' | 'lost'> {
  const response = await line.send(
    'GetStreamingEvents',
    getStreamingEvents(subscription, CONNECTION_MINUTES),
    DEADLINE_MS,
  );
  for await (const envelope of readEnvelopes(response.stream())) {
    const root = await readXmlText(envelope);
    try {
      const message = messageOf(root);
      if (tellsOfEvents(message)) onHint();
      if (textOf(message, 'ConnectionStatus') === 'Closed') return 'time-over';
    } catch (error) {
      if (error instanceof RemoteFailure && LOST.has(error.failure.vendorCode ?? '')) return 'lost';
      throw error;
    }
  }
  return 'time-over';
}

/** Whether any notification holds an event; a status event says only that the connection lives. */
function tellsOfEvents(message: XmlNode): boolean {
  const notifications = child(message, 'Notifications')?.children ?? [];
  return notifications.some(({ children }) =>
    children.some(({ name }) => name.endsWith('Event') && name !== 'StatusEvent'),
  );
}

/** Takes the subscription off the server, whose number of them is limited; on a line of its own, for the other one was cut. */
async function farewell(options: StreamingOptions, line: Line, subscription: string): Promise<void> {
  const last = createLine(options, null, line.affinity());
  try {
    const response = await last.send('Unsubscribe', unsubscribe(subscription), FAREWELL_MS);
    await response.discard();
  } catch {
    // It expires by itself.
  } finally {
    await last.close();
  }
}

function translate(error: unknown): unknown {
  if (error instanceof NetworkError) return new RemoteFailure(networkFailure(error), error);
  if (error instanceof MalformedXml)
    return new RemoteFailure(responseFailure('MalformedXml', 'mailbox'), error);
  return error;
}
