/**
 * Subscribe (pull and streaming), GetEvents and Unsubscribe: enough to learn that something moved, never what it says. The connection over which
 * a streaming subscription tells is in streaming.ts.
 */
import { findFolder, ownMailbox } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { readEvents, readWatermark, watermark } from '../events.ts';
import type { Call, Operation, Subscription, World } from '../world.ts';
import { child, childText } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

const EVENTS_MAX = 50;
/** How long a streaming subscription lives without a connection. */
const UNCONNECTED_MS_MAX = 30 * 60_000;
const EVENT_TYPES = new Set([
  'CopiedEvent',
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'NewMailEvent',
  'FreeBusyChangedEvent',
]);

export const subscribe: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const streaming = child(call.request, 'StreamingSubscriptionRequest');
    const asked = streaming ?? child(call.request, 'PullSubscriptionRequest');
    if (asked === undefined) throw new ServiceError('ErrorInvalidSubscriptionRequest');
    const types = (child(asked, 'EventTypes')?.children ?? []).map((node) => node.text.trim());
    if (types.length === 0 || !types.every((type) => EVENT_TYPES.has(type))) {
      throw schemaViolation("The element 'EventTypes' has invalid content.");
    }
    const nodes = child(asked, 'FolderIds')?.children ?? [];
    const isAll = /^(true|1)$/.test(asked.attributes.SubscribeToAllFolders ?? '');
    if (isAll === nodes.length > 0) throw new ServiceError('ErrorInvalidSubscriptionRequest');
    const found = nodes.map((node) => findFolder(call, node));
    const mailbox = found[0]?.mailbox ?? ownMailbox(call);
    const { world } = call;
    const standing = [...world.subscriptions.values()].filter(
      (each) => each.mailbox === mailbox && isAlive(world, each),
    );
    if (standing.length >= world.subscriptionsMax) throw new ServiceError('ErrorExceededSubscriptionCount');
    world.lastSubscription += 1;
    const id = Buffer.from(`simulated subscription ${world.lastSubscription}`).toString('base64');
    world.subscriptions.set(id, {
      id,
      mailbox,
      folderIds: isAll ? 'all' : found.map(({ folder }) => folder.id),
      eventTypes: new Set(types),
      isStreaming: streaming !== undefined,
      changeNumber: mailbox.changeNumber,
      seenAt: world.now(),
      connection: undefined,
    });
    const mark = textElement('m:Watermark', watermark(mailbox.changeNumber));
    return textElement('m:SubscriptionId', id) + (streaming === undefined ? mark : '');
  });

export const getEvents: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const subscription = findSubscription(call.world, childText(call.request, 'SubscriptionId') ?? '');
    if (subscription.isStreaming) throw new ServiceError('ErrorInvalidSubscription');
    const from = readWatermark(childText(call.request, 'Watermark') ?? '');
    if (from === undefined) throw new ServiceError('ErrorInvalidWatermark');
    const events = readEvents(subscription, from, call.world.now());
    const last = events.at(-1)?.changeNumber ?? from;
    const written = events.slice(0, EVENTS_MAX).map((event) => event.xml);
    if (written.length === 0) {
      written.push(element('t:StatusEvent', {}, textElement('t:Watermark', watermark(last))));
    }
    return element(
      'm:Notification',
      {},
      textElement('t:SubscriptionId', subscription.id),
      textElement('t:PreviousWatermark', watermark(from)),
      textElement('t:MoreEvents', events.length > EVENTS_MAX),
      ...written,
    );
  });

export const unsubscribe: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const { world } = call;
    loseSubscription(world, findSubscription(world, childText(call.request, 'SubscriptionId') ?? ''));
    return '';
  });

/** The subscription with that id. Fails with ErrorSubscriptionNotFound, also when it was left alone for too long. */
export function findSubscription(world: World, id: string): Subscription {
  const subscription = world.subscriptions.get(id);
  if (subscription !== undefined && isAlive(world, subscription)) return subscription;
  world.subscriptions.delete(id);
  throw new ServiceError('ErrorSubscriptionNotFound');
}

function isAlive(world: World, { isStreaming, connection, seenAt }: Subscription): boolean {
  return !isStreaming || connection !== undefined || world.now() - seenAt < UNCONNECTED_MS_MAX;
}

/** Forgets a subscription; a connection that waits on it is told. */
export function loseSubscription(world: World, subscription: Subscription): void {
  world.subscriptions.delete(subscription.id);
  subscription.connection?.wake();
}

/** Lets a call that asks for events name its subscriptions. */
export function subscriptionIds(call: Call): string[] {
  return (child(call.request, 'SubscriptionIds')?.children ?? []).map((node) => node.text.trim());
}
