/** UpdateItem: categories, read flag, sensitivity, subject and extended properties, guarded by change keys. */
import { type FoundItem, findItemByNode, isItemId, shownItem } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { readExtended, readExtendedPath } from '../extended-properties.ts';
import { applyWrites, kindOf, type PersonalKind, readUpdates } from '../field-writes.ts';
import type { Item, Sensitivity } from '../folder.ts';
import { setRead, touchItem } from '../mailbox.ts';
import { countMeetingMail, isSending } from '../notifications.ts';
import { changePersonal } from '../personal-items.ts';
import { itemIdElement } from '../properties.ts';
import type { Call, Operation } from '../world.ts';
import { elementOf } from '../write-item.ts';
import { child, childText, type XmlNode } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

export const updateItem: Operation = async (call) => {
  const resolution = call.request.attributes.ConflictResolution;
  if (
    resolution === undefined ||
    !['NeverOverwrite', 'AutoResolve', 'AlwaysOverwrite'].includes(resolution)
  ) {
    throw schemaViolation("The required attribute 'ConflictResolution' is missing or invalid.");
  }
  const changes = child(call.request, 'ItemChanges')?.children ?? [];
  return answerBatch(call, changes, (change) => updateOne(call, change, resolution), '<m:Items/>');
};

function updateOne(call: Call, change: XmlNode, resolution: string): string {
  const idNode = change.children.find(isItemId);
  if (idNode === undefined) throw new ServiceError('ErrorInvalidRequest');
  const found = findItemByNode(call, idNode);
  const { mailbox, item } = found;
  const tag = elementOf(item.itemClass);
  checkDisposition(call, tag);
  checkChangeKey(item, idNode.attributes.ChangeKey, resolution);
  const updates = child(change, 'Updates')?.children ?? [];
  const kind = kindOf(item);
  if (kind !== undefined) return answerWith(tag, updatePersonal(call, found, kind, updates));
  let isReadOnly = updates.length > 0;
  let isRead: boolean | undefined;
  // All or nothing: what cannot be written is found before anything is.
  const writes: (() => void)[] = [];
  for (const update of updates) {
    const uri = child(update, 'FieldURI')?.attributes.FieldURI;
    if (uri === 'message:IsRead' && update.name === 'SetItemField') {
      isRead = childText(update.children.at(-1), 'IsRead') === 'true';
      continue;
    }
    isReadOnly = false;
    writes.push(planWrite(item, update, uri));
  }
  for (const write of writes) write();
  if (isRead !== undefined) setRead(mailbox, item, isRead);
  if (!isReadOnly) touchItem(mailbox, item);
  return answerWith(tag, item);
}

function answerWith(tag: string, item: Item): string {
  const written = element(`t:${tag}`, {}, itemIdElement(item));
  const conflicts = element('m:ConflictResults', {}, textElement('t:Count', 0));
  return element('m:Items', {}, written) + conflicts;
}

/** Changes a calendar item, contact or task; whatever would be mailed to attendees is counted. */
function updatePersonal(call: Call, found: FoundItem, kind: PersonalKind, updates: readonly XmlNode[]): Item {
  const disposition = call.request.attributes.SendMeetingInvitationsOrCancellations;
  const { mailbox, item } = found;
  if (kind === 'CalendarItem') {
    const known = [
      'SendToNone',
      'SendOnlyToAll',
      'SendOnlyToChanged',
      'SendToAllAndSaveCopy',
      'SendToChangedAndSaveCopy',
    ];
    if (disposition === undefined || !known.includes(disposition))
      throw schemaViolation("The 'SendMeetingInvitationsOrCancellations' attribute is invalid.");
    if (item.folder.role === 'deleteditems' && isSending(disposition))
      throw new ServiceError('ErrorCalendarCannotUpdateDeletedItem');
  }
  const before = shownItem(found).event;
  const writes = readUpdates(updates);
  const changed = changePersonal(found, call.zone, (draft) => {
    applyWrites(draft, kind, writes, { zone: call.zone, now: call.world.now(), mailbox, isCreation: false });
  });
  const isSent = countMeetingMail(call, changed, disposition, before) > 0;
  if (isSent && item.event !== undefined) {
    item.event = { ...item.event, requestWasSent: true, sequence: item.event.sequence + 1 };
  }
  return changed;
}

function checkChangeKey(item: Item, given: string | undefined, resolution: string): void {
  if (resolution === 'AlwaysOverwrite') return;
  if (given === undefined || given === '') throw new ServiceError('ErrorChangeKeyRequiredForWriteOperations');
  if (given !== item.changeKey && resolution === 'NeverOverwrite')
    throw new ServiceError('ErrorIrresolvableConflict');
}

function checkDisposition(call: Call, tag: string): void {
  const { attributes } = call.request;
  if (tag === 'Message' && attributes.MessageDisposition === undefined) {
    throw new ServiceError('ErrorMessageDispositionRequired');
  }
  if (tag === 'CalendarItem' && attributes.SendMeetingInvitationsOrCancellations === undefined) {
    throw new ServiceError('ErrorSendMeetingInvitationsOrCancellationsRequired');
  }
}

function planWrite(item: Item, update: XmlNode, uri: string | undefined): () => void {
  const [path] = update.children;
  if (path?.name === 'ExtendedFieldURI') return planExtended(item, update, path);
  const isDelete = update.name === 'DeleteItemField';
  const value = update.children.at(-1);
  switch (uri) {
    case 'item:Categories': {
      const names = (child(value, 'Categories')?.children ?? []).map((node) => node.text);
      return () => {
        item.categories = isDelete ? [] : names;
      };
    }
    case 'item:Sensitivity': {
      const sensitivity = childText(value, 'Sensitivity') as Sensitivity | undefined;
      return () => {
        item.sensitivity = isDelete ? 'Normal' : (sensitivity ?? item.sensitivity);
      };
    }
    case 'item:Subject': {
      const subject = child(value, 'Subject')?.text;
      return () => {
        item.subject = isDelete ? '' : subject;
      };
    }
    default:
      throw new ServiceError('ErrorInvalidPropertySet', 'Set action is invalid for property.', {
        fieldUri: uri ?? 'item:ItemId',
      });
  }
}

function planExtended(item: Item, update: XmlNode, pathNode: XmlNode): () => void {
  const path = readExtendedPath(pathNode);
  if (update.name === 'DeleteItemField') return () => item.extended.delete(path.key);
  const property = child(update.children.at(-1), 'ExtendedProperty');
  if (property === undefined) throw new ServiceError('ErrorUpdatePropertyMismatch');
  const written = readExtended(property);
  if (written.path.key !== path.key) throw new ServiceError('ErrorUpdatePropertyMismatch');
  return () => item.extended.set(path.key, written.value);
}
