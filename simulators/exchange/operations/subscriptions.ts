/** Subscribe (pull), GetEvents and Unsubscribe: enough to learn that something moved, never what it says. */
import { findFolder, ownMailbox } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import { findByRole } from '../mailbox.ts';
import type { Call, Operation, Subscription } from '../world.ts';
import { folderIdElement } from '../write-folder.ts';
import { child, childText } from '../xml-tree.ts';
import { element, formatTime, textElement } from '../xml-writer.ts';

const EVENTS_MAX = 50;

export const subscribe: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const pull = child(call.request, 'PullSubscriptionRequest');
    if (pull === undefined) throw new ServiceError('ErrorInvalidSubscriptionRequest');
    const nodes = child(pull, 'FolderIds')?.children ?? [];
    const found = nodes.map((node) => findFolder(call, node));
    const mailbox = found[0]?.mailbox ?? ownMailbox(call);
    call.world.lastSubscription += 1;
    const id = Buffer.from(`simulated subscription ${call.world.lastSubscription}`).toString('base64');
    const folderIds = found.length > 0 ? found.map(({ folder }) => folder.id) : [...mailbox.folders.keys()];
    const subscription = { id, mailbox, folderIds, changeNumber: mailbox.changeNumber };
    call.world.subscriptions.set(id, subscription);
    return (
      textElement('m:SubscriptionId', id) + textElement('m:Watermark', watermark(subscription.changeNumber))
    );
  });

export const getEvents: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const subscription = find(call);
    const from = readWatermark(childText(call.request, 'Watermark') ?? '');
    if (from === undefined) throw new ServiceError('ErrorInvalidWatermark');
    const events = readEvents(call, subscription, from);
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
    call.world.subscriptions.delete(find(call).id);
    return '';
  });

function find(call: Call): Subscription {
  const subscription = call.world.subscriptions.get(childText(call.request, 'SubscriptionId') ?? '');
  if (subscription === undefined) throw new ServiceError('ErrorSubscriptionNotFound');
  return subscription;
}

function readEvents(
  call: Call,
  subscription: Subscription,
  from: number,
): { changeNumber: number; xml: string }[] {
  const events: { changeNumber: number; xml: string }[] = [];
  const root = findByRole(subscription.mailbox, 'msgfolderroot');
  for (const id of subscription.folderIds) {
    const folder = subscription.mailbox.folders.get(id);
    for (const entry of folder?.log.since(from) ?? []) {
      const isNew = entry.createdAtChange > from;
      const kind = entry.deleted ? 'DeletedEvent' : isNew ? 'CreatedEvent' : 'ModifiedEvent';
      const parent = folderIdElement(folder ?? root ?? failFolder()).replaceAll(
        't:FolderId',
        't:ParentFolderId',
      );
      const xml = element(
        `t:${kind}`,
        {},
        textElement('t:Watermark', watermark(entry.changeNumber)),
        textElement('t:TimeStamp', formatTime(call.world.now())),
        element('t:ItemId', { Id: entry.key }),
        parent,
      );
      events.push({ changeNumber: entry.changeNumber, xml });
    }
  }
  return events.sort((one, two) => one.changeNumber - two.changeNumber);
}

function failFolder(): never {
  throw new ServiceError('ErrorFolderNotFound');
}

function watermark(changeNumber: number): string {
  return Buffer.from(`watermark ${changeNumber}`).toString('base64');
}

function readWatermark(text: string): number | undefined {
  const match = /^watermark (\d+)$/.exec(Buffer.from(text, 'base64').toString());
  return match === null ? undefined : Number(match[1]);
}
