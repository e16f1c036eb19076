/**
 * From the ids in a request to folders and items, past the permissions: own mailbox, impersonated mailbox, a
 * delegate's full access, denied mailboxes and folders.
 */
import { findMailbox } from './accounts.ts';
import { plannedAt, plannedOf, readOccurrenceId, seriesOf, viewOccurrence } from './calendar/occurrences.ts';
import { ServiceError, SoapFault, schemaViolation } from './errors.ts';
import type { Folder, Item } from './folder.ts';
import { isWellFormedId } from './ids.ts';
import { findByRole, type Mailbox } from './mailbox.ts';
import type { Call } from './world.ts';
import { child, childText, type XmlNode } from './xml-tree.ts';

export interface FoundFolder {
  mailbox: Mailbox;
  folder: Folder;
}

export interface FoundItem {
  mailbox: Mailbox;
  /** The item itself; for an occurrence the master of its series. */
  item: Item;
  /** The planned start of the occurrence that was meant. */
  originalStart: number | undefined;
}

/** What a client sees of a found item: of an occurrence its own view. */
export function shownItem({ item, originalStart }: FoundItem): Item {
  return originalStart === undefined ? item : viewOccurrence(item, originalStart);
}

const DISTINGUISHED = new Set(
  `calendar contacts deleteditems drafts inbox journal notes outbox sentitems tasks msgfolderroot publicfoldersroot
  root junkemail searchfolders voicemail recoverableitemsroot recoverableitemsdeletions recoverableitemsversions
  recoverableitemspurges archiveroot archivemsgfolderroot archivedeleteditems archiveinbox syncissues conflicts
  localfailures serverfailures recipientcache quickcontacts conversationhistory todosearch mycontacts directory
  imcontactlist peopleconnect favorites archive`.split(/\s+/),
);

/** The folder that a FolderId or DistinguishedFolderId element names. */
export function findFolder(call: Call, node: XmlNode): FoundFolder {
  switch (node.name) {
    case 'DistinguishedFolderId':
      return findDistinguished(call, node);
    case 'FolderId':
      return findById(call, node.attributes.Id ?? '');
    default:
      throw schemaViolation(`The element '${node.name}' is not a folder id.`);
  }
}

/** The folder named by the only child of `parent` (ToFolderId, SyncFolderId, ...). */
export function findTargetFolder(call: Call, parent: XmlNode | undefined): FoundFolder {
  const [node] = parent?.children ?? [];
  if (node === undefined) throw schemaViolation('A folder id is missing.');
  return findFolder(call, node);
}

/** The call's own mailbox. Fails when the caller has none and names none. */
export function ownMailbox(call: Call): Mailbox {
  if (call.mailbox === undefined) throw new ServiceError('ErrorMissingEmailAddress');
  checkMailbox(call, call.mailbox);
  return call.mailbox;
}

function findDistinguished(call: Call, node: XmlNode): FoundFolder {
  const role = node.attributes.Id ?? '';
  if (!DISTINGUISHED.has(role)) {
    throw schemaViolation(
      `The 'Id' attribute is invalid - The value '${role}' is not a DistinguishedFolderIdNameType.`,
    );
  }
  const address = childText(child(node, 'Mailbox'), 'EmailAddress');
  const mailbox = address === undefined ? ownMailbox(call) : findMailbox(call.world.directory, address);
  if (mailbox === undefined) throw new ServiceError('ErrorNonExistentMailbox');
  checkMailbox(call, mailbox);
  const folder = findByRole(mailbox, role);
  if (folder === undefined) throw new ServiceError('ErrorFolderNotFound');
  checkFolder(call, mailbox, folder);
  return { mailbox, folder };
}

function findById(call: Call, id: string): FoundFolder {
  checkIdForm(id);
  for (const mailbox of call.world.directory.mailboxes.values()) {
    const folder = mailbox.folders.get(id);
    if (folder === undefined) continue;
    checkMailbox(call, mailbox);
    checkFolder(call, mailbox, folder);
    return { mailbox, folder };
  }
  throw new ServiceError('ErrorFolderNotFound');
}

/** The item an id means (letter case counts). Fails with ErrorItemNotFound, ErrorInvalidIdMalformed, ErrorAccessDenied. */
export function findItem(call: Call, id: string): FoundItem {
  checkIdForm(id);
  const occurrence = readOccurrenceId(id);
  if (occurrence === undefined) return findWhole(call, id);
  const found = findWhole(call, occurrence.masterId);
  const series = seriesOf(found.item);
  const { originalStart } = occurrence;
  const isThere =
    series !== undefined &&
    !series.deleted.has(originalStart) &&
    plannedAt(series, originalStart) !== undefined;
  if (!isThere) throw new ServiceError('ErrorItemNotFound');
  return { ...found, originalStart };
}

function findWhole(call: Call, id: string): FoundItem {
  for (const mailbox of call.world.directory.mailboxes.values()) {
    const item = mailbox.items.get(id);
    if (item === undefined) continue;
    checkMailbox(call, mailbox);
    checkFolder(call, mailbox, item.folder);
    return { mailbox, item, originalStart: undefined };
  }
  throw new ServiceError('ErrorItemNotFound');
}

/** The item an ItemId, OccurrenceItemId or RecurringMasterItemId element means. */
export function findItemByNode(call: Call, node: XmlNode): FoundItem {
  switch (node.name) {
    case 'ItemId':
      return findItem(call, node.attributes.Id ?? '');
    case 'OccurrenceItemId':
      return findOccurrence(call, node);
    case 'RecurringMasterItemId': {
      const found = findItem(call, node.attributes.OccurrenceId ?? '');
      if (found.originalStart === undefined)
        throw new ServiceError('ErrorCalendarCannotUseIdForOccurrenceId');
      return { ...found, originalStart: undefined };
    }
    default:
      throw new ServiceError('ErrorInvalidRequest');
  }
}

/** Whether an element names an item in any of the three ways. */
export function isItemId(node: XmlNode): boolean {
  return ['ItemId', 'OccurrenceItemId', 'RecurringMasterItemId'].includes(node.name);
}

/** The occurrence at an index of a series, counted from 1 with the deleted ones. */
function findOccurrence(call: Call, node: XmlNode): FoundItem {
  const found = findItem(call, node.attributes.RecurringMasterId ?? '');
  const series = seriesOf(found.item);
  if (series === undefined || found.originalStart !== undefined)
    throw new ServiceError('ErrorCalendarCannotUseIdForRecurringMasterId');
  const wanted = Number(node.attributes.InstanceIndex);
  if (!Number.isInteger(wanted)) throw schemaViolation("The 'InstanceIndex' attribute is invalid.");
  for (const { index, originalStart } of plannedOf(series)) {
    if (index < wanted) continue;
    if (index > wanted) break;
    if (series.deleted.has(originalStart))
      throw new ServiceError('ErrorCalendarOccurrenceIsDeletedFromRecurrence');
    return { ...found, originalStart };
  }
  throw new ServiceError('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange');
}

function checkIdForm(id: string): void {
  if (id === '') throw new ServiceError('ErrorInvalidIdEmpty');
  if (!isWellFormedId(id)) throw new ServiceError('ErrorInvalidIdMalformed');
}

function checkMailbox(call: Call, mailbox: Mailbox): void {
  const address = mailbox.address.toLowerCase();
  if (call.world.directory.deniedMailboxes.has(address)) throw new ServiceError('ErrorAccessDenied');
  if (mailbox === call.mailbox || mailbox === call.caller.mailbox) return;
  if (call.caller.fullAccess.has(address)) return;
  throw new ServiceError('ErrorAccessDenied');
}

function checkFolder(call: Call, mailbox: Mailbox, folder: Folder): void {
  if (!call.world.directory.deniedFolders.has(folder.id)) return;
  // Its owner is refused openly; to anybody else it does not exist.
  throw new ServiceError(mailbox === call.caller.mailbox ? 'ErrorAccessDenied' : 'ErrorItemNotFound');
}

/** Whose mailbox an ExchangeImpersonation header asks for. Fails as a fault, before any operation runs. */
export function findImpersonated(call: Pick<Call, 'world' | 'caller'>, header: XmlNode): Mailbox {
  const sid = child(header, 'ConnectingSID');
  const name =
    childText(sid, 'PrimarySmtpAddress') ??
    childText(sid, 'SmtpAddress') ??
    childText(sid, 'PrincipalName') ??
    '';
  const mailbox = findMailbox(call.world.directory, name);
  const { impersonates } = call.caller;
  const isOwn = mailbox !== undefined && mailbox === call.caller.mailbox;
  const mayActAs =
    isOwn || impersonates === 'all' || impersonates.has((mailbox?.address ?? name).toLowerCase());
  if (!mayActAs) throw new SoapFault('ErrorImpersonateUserDenied');
  if (mailbox === undefined) throw new SoapFault('ErrorNonExistentMailbox');
  return mailbox;
}
