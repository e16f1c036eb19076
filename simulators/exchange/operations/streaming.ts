/**
 * GetStreamingEvents: a connection that stays open, over which each batch of events, each heartbeat and the end come as an envelope of their own.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
 */
import { DroppedConnection } from '../../shared/connection.ts';
import { ServiceError, SoapFault, schemaViolation } from '../errors.ts';
import { readEvents } from '../events.ts';
import { writeError, writeResponse, writeSuccess } from '../wire.ts';
import type { Call, StreamConnection, Subscription } from '../world.ts';
import { childText } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';
import { findSubscription, subscriptionIds } from './subscriptions.ts';

const HEARTBEAT_MS = 45_000;
const IDS_MAX = 200;

/** An answer that goes on: response elements as they come, until it ends or nobody listens any more. */
export interface Stream {
  readonly parts: AsyncIterable<string>;
  cancel(): void;
}

/** Opens the connection. Throws `SoapFault` when the request is refused as a whole. */
export function getStreamingEvents(call: Call): Stream {
  const { world } = call;
  const minutes = Number(childText(call.request, 'ConnectionTimeout'));
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 30) {
    throw schemaViolation("The 'ConnectionTimeout' element is invalid.");
  }
  const ids = subscriptionIds(call);
  if (ids.length > IDS_MAX) throw new SoapFault('ErrorInvalidRequest');
  const user = (call.mailbox?.address ?? call.caller.upn).toLowerCase();
  if ((world.hanging.get(user) ?? 0) >= world.hangingMax) throw new SoapFault('ErrorExceededConnectionCount');
  const connection = createConnection();
  return { parts: run(call, { ids, minutes, user }, connection), cancel: () => connection.end('cancelled') };
}

interface Connection extends StreamConnection {
  readonly state: 'open' | 'closed' | 'dropped' | 'cancelled';
  end(how: 'closed' | 'dropped' | 'cancelled'): void;
  /** Resolves with the next wake, or at once when one came since the last. */
  woken(): Promise<void>;
}

function createConnection(): Connection {
  let state: Connection['state'] = 'open';
  let isWoken = false;
  let resolve = () => {};
  const wake = () => {
    isWoken = true;
    resolve();
  };
  return {
    get state() {
      return state;
    },
    wake,
    end(how) {
      if (state === 'open') state = how;
      wake();
    },
    async woken() {
      if (!isWoken)
        await new Promise<void>((done) => {
          resolve = done;
        });
      isWoken = false;
    },
  };
}

async function* run(
  call: Call,
  { ids, minutes, user }: { ids: readonly string[]; minutes: number; user: string },
  connection: Connection,
): AsyncGenerator<string> {
  const { world } = call;
  world.hanging.set(user, (world.hanging.get(user) ?? 0) + 1);
  const closesAt = world.now() + minutes * 60_000;
  let joined: Subscription[] = [];
  try {
    joined = join(call, ids, connection);
    yield status('OK');
    while (connection.state === 'open') {
      for (const id of ids) findStreaming(call, id);
      const notifications = joined.map((each) => collect(each, world.now())).join('');
      if (notifications !== '') yield success(element('m:Notifications', {}, notifications));
      else if (world.now() >= closesAt) break;
      else if (!(await waitFor(call, connection, closesAt))) yield status('OK');
    }
    if (connection.state === 'cancelled') return;
    if (connection.state === 'dropped') throw new DroppedConnection();
    yield status('Closed');
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    yield refusal(
      error,
      ids.filter((id) => !world.subscriptions.has(id)),
    );
  } finally {
    for (const subscription of joined) {
      if (subscription.connection === connection) subscription.connection = undefined;
      subscription.seenAt = world.now();
    }
    world.hanging.set(user, (world.hanging.get(user) ?? 1) - 1);
  }
}

/** Takes the subscriptions over; a connection that had one before is closed. */
function join(call: Call, ids: readonly string[], connection: Connection): Subscription[] {
  const found = ids.map((id) => findStreaming(call, id));
  for (const subscription of found) {
    subscription.connection?.end('closed');
    subscription.connection = connection;
  }
  return found;
}

function findStreaming(call: Call, id: string): Subscription {
  const subscription = findSubscription(call.world, id);
  if (!subscription.isStreaming) throw new ServiceError('ErrorInvalidSubscription');
  return subscription;
}

/** True when woken, false when it is time for a heartbeat. */
async function waitFor(call: Call, connection: Connection, closesAt: number): Promise<boolean> {
  const timer = new AbortController();
  const waitMs = Math.min(HEARTBEAT_MS, closesAt - call.world.now());
  const beat = call.world.wait(waitMs, timer.signal).then(
    () => false,
    () => true,
  );
  const isWoken = await Promise.race([connection.woken().then(() => true), beat]);
  timer.abort();
  return isWoken;
}

function collect(subscription: Subscription, now: number): string {
  const events = readEvents(subscription, subscription.changeNumber, now);
  subscription.changeNumber = subscription.mailbox.changeNumber;
  if (events.length === 0) return '';
  const id = textElement('t:SubscriptionId', subscription.id);
  return element('t:Notification', {}, id, ...events.map((event) => event.xml));
}

const OPERATION = 'GetStreamingEvents';

function success(content: string): string {
  return writeResponse(OPERATION, [writeSuccess(OPERATION, content)]);
}

function status(word: 'OK' | 'Closed'): string {
  return success(textElement('m:ConnectionStatus', word));
}

function refusal(error: ServiceError, lost: readonly string[]): string {
  const ids = lost.map((id) => textElement('t:SubscriptionId', id));
  const content = ids.length === 0 ? '' : element('m:ErrorSubscriptionIds', {}, ...ids);
  return writeResponse(OPERATION, [writeError(OPERATION, error, content)]);
}
