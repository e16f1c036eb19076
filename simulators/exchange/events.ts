/**
 * What happened in a mailbox as the events of a subscription: created, new mail, modified, moved, deleted, each naming an item and its folder. It
 * reads change logs and never says what an item holds.
 */
import type { ChangeEntry } from '../shared/change-log.ts';
import { ServiceError } from './errors.ts';
import type { Folder } from './folder.ts';
import { findByRole } from './mailbox.ts';
import type { Subscription } from './world.ts';
import { folderIdElement } from './write-folder.ts';
import { element, formatTime, textElement } from './xml-writer.ts';

export interface MailboxEvent {
  changeNumber: number;
  xml: string;
}

/** Events after `from`, oldest first. Streaming events carry no watermark. */
export function readEvents(subscription: Subscription, from: number, now: number): MailboxEvent[] {
  const events: MailboxEvent[] = [];
  const moved = new Set<string>();
  for (const item of subscription.mailbox.items.values()) {
    if (item.movedFrom !== undefined && item.movedFrom.changeNumber > from) moved.add(item.movedFrom.id);
  }
  for (const folder of subscription.mailbox.folders.values()) {
    if (subscription.folderIds !== 'all' && !subscription.folderIds.includes(folder.id)) continue;
    for (const entry of folder.log.since(from)) {
      if (entry.deleted && moved.has(entry.key) && subscription.eventTypes.has('MovedEvent')) continue;
      for (const kind of kindsOf(subscription, folder, entry, from)) {
        if (!subscription.eventTypes.has(kind)) continue;
        events.push({
          changeNumber: entry.changeNumber,
          xml: writeEvent(subscription, folder, entry, kind, now),
        });
      }
    }
  }
  return events.sort((one, two) => one.changeNumber - two.changeNumber);
}

function kindsOf(subscription: Subscription, folder: Folder, entry: ChangeEntry, from: number): string[] {
  if (entry.deleted) return ['DeletedEvent'];
  if (entry.createdAtChange <= from) return ['ModifiedEvent'];
  const movedFrom = subscription.mailbox.items.get(entry.key)?.movedFrom;
  if (movedFrom !== undefined && movedFrom.changeNumber > from) {
    return subscription.eventTypes.has('MovedEvent') ? ['MovedEvent'] : ['CreatedEvent'];
  }
  return folder.role === 'inbox' ? ['CreatedEvent', 'NewMailEvent'] : ['CreatedEvent'];
}

function writeEvent(
  { mailbox, isStreaming }: Subscription,
  folder: Folder,
  entry: ChangeEntry,
  kind: string,
  now: number,
): string {
  const parent = (of: Folder, name: string) => folderIdElement(of).replaceAll('t:FolderId', name);
  const content = [
    isStreaming ? '' : textElement('t:Watermark', watermark(entry.changeNumber)),
    textElement('t:TimeStamp', formatTime(now)),
    element('t:ItemId', { Id: entry.key }),
    parent(folder, 't:ParentFolderId'),
  ];
  const movedFrom = mailbox.items.get(entry.key)?.movedFrom;
  if (kind === 'MovedEvent' && movedFrom !== undefined) {
    const old = mailbox.folders.get(movedFrom.folderId) ?? findByRole(mailbox, 'msgfolderroot');
    if (old === undefined) throw new ServiceError('ErrorFolderNotFound');
    content.push(element('t:OldItemId', { Id: movedFrom.id }), parent(old, 't:OldParentFolderId'));
  }
  return element(`t:${kind}`, {}, ...content);
}

export function watermark(changeNumber: number): string {
  return Buffer.from(`watermark ${changeNumber}`).toString('base64');
}

export function readWatermark(text: string): number | undefined {
  const match = /^watermark (\d+)$/.exec(Buffer.from(text, 'base64').toString());
  return match === null ? undefined : Number(match[1]);
}
