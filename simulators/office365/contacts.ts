/**
 * What can be done with contacts and their folders over Graph: list, read, make, change, delete, follow.
 * https://learn.microsoft.com/graph/api/resources/contact
 */
import {
  CONTACT_LIST,
  contactEtag,
  readContactFields,
  showContact,
  showContactFolder,
} from './contact-json.ts';
import {
  addContact,
  addContactFolder,
  type Contact,
  type ContactFolder,
  changeContact,
  childFolders,
  defaultContactFolder,
  removeContact,
  removeContactFolder,
  renameContactFolder,
} from './contact-store.ts';
import { GraphError } from './errors.ts';
import { writeExtendedProperties } from './extended-properties.ts';
import { answer, checkMatch, type GraphAnswer, type MailboxCall, readJson, textOf } from './graph-call.ts';
import { isWellFormedId } from './ids.ts';
import { answerItemDelta } from './item-delta.ts';
import { countItems, listItems } from './item-list.ts';
import { listPage } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';

/** The folder that the path names, by id or as `contacts`; the default one where it names none. */
function folderOf({ mailbox, parts }: MailboxCall): ContactFolder {
  const { folder: id } = parts;
  if (id === undefined || id.toLowerCase() === 'contacts') return defaultContactFolder(mailbox.contacts);
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const folder = mailbox.contacts.folders.get(id);
  if (folder === undefined) throw new GraphError('ErrorItemNotFound');
  return folder;
}

/** Without a folder in the path, a contact of any folder. */
function contactOf(call: MailboxCall): Contact {
  const id = call.parts.contact ?? '';
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const contact = call.mailbox.contacts.contacts.get(id);
  if (contact === undefined) throw new GraphError('ErrorItemNotFound');
  if (call.parts.folder !== undefined && contact.folder !== folderOf(call))
    throw new GraphError('ErrorItemNotFound');
  return contact;
}

export function listContacts(call: MailboxCall): Promise<GraphAnswer> {
  const context = `users('${call.user.id}')/contacts`;
  return listItems(call, CONTACT_LIST, context, [...folderOf(call).contacts.values()]);
}

export function countContacts(call: MailboxCall): GraphAnswer {
  return countItems(call, CONTACT_LIST, [...folderOf(call).contacts.values()]);
}

export function getContact(call: MailboxCall): GraphAnswer {
  return showOne(call, contactOf(call), 200);
}

export function createContact(call: MailboxCall): GraphAnswer {
  const folder = folderOf(call);
  const body = readJson(call);
  const fields = readContactFields(body, true);
  const extended = new Map<string, string>();
  writeExtendedProperties({ extended }, body.singleValueExtendedProperties);
  const contact = addContact(call.mailbox, call.mailbox.contacts, folder, fields);
  contact.extended = extended;
  return showOne(call, contact, 201);
}

/** PATCH. With `If-Match` it fails with 412 when the contact has changed since. */
export function updateContact(call: MailboxCall): GraphAnswer {
  const contact = contactOf(call);
  checkMatch(call, contactEtag(contact));
  const body = readJson(call);
  const fields = readContactFields(body, false);
  writeExtendedProperties(contact, body.singleValueExtendedProperties);
  changeContact(call.mailbox, contact, fields);
  return showOne(call, contact, 200);
}

export function deleteContact(call: MailboxCall): GraphAnswer {
  const contact = contactOf(call);
  checkMatch(call, contactEtag(contact));
  removeContact(call.mailbox, call.mailbox.contacts, contact);
  return { status: 204 };
}

/** `contacts/delta` of the default folder or another. */
export function answerContactDelta(call: MailboxCall): GraphAnswer {
  const { id, epoch, log, gone, contacts } = folderOf(call);
  return answerItemDelta(call, {
    of: `contacts ${id}`,
    epoch,
    log,
    gone,
    type: 'contact',
    saysType: true,
    show(scoped, key) {
      const contact = contacts.get(key);
      return contact && showContact(scoped, contact);
    },
  });
}

/** `contactFolders/delta`: all folders but the default one, at any depth. */
export function answerContactFolderDelta(call: MailboxCall): GraphAnswer {
  const { folders, folderEpoch, folderLog, goneFolders } = call.mailbox.contacts;
  const byKey = new Map([...folders.values()].map((folder) => [folder.key, folder]));
  return answerItemDelta(call, {
    of: 'contactFolders',
    epoch: folderEpoch,
    log: folderLog,
    gone: goneFolders,
    type: 'contactFolder',
    saysType: true,
    show(scoped, key) {
      const folder = byKey.get(key);
      return folder && showContactFolder(scoped, folder);
    },
  });
}

/** Folders below the default one, or below the one the path names. */
export function listContactFolders(call: MailboxCall): Promise<GraphAnswer> {
  const filter = call.query.get('$filter');
  const test = filter === null ? undefined : readODataFilter(filter);
  const folders = childFolders(call.mailbox.contacts, folderOf(call)).filter(
    (folder) =>
      test === undefined || test.test(showContactFolder({ ...call, query: new URLSearchParams() }, folder)),
  );
  const context = `users('${call.user.id}')/contactFolders`;
  return listPage(call, context, folders, (folder) => showContactFolder(call, folder));
}

export function getContactFolder(call: MailboxCall): GraphAnswer {
  return showFolder(call, folderOf(call), 200);
}

export function createContactFolder(call: MailboxCall): GraphAnswer {
  const parent = folderOf(call);
  const name = textOf(readJson(call), 'displayName');
  checkFree(call, parent, name);
  return showFolder(call, addContactFolder(call.mailbox, call.mailbox.contacts, parent, name), 201);
}

export function updateContactFolder(call: MailboxCall): GraphAnswer {
  const folder = folderOf(call);
  const name = textOf(readJson(call), 'displayName');
  if (folder.parent === undefined) throw new GraphError('ErrorAccessDenied');
  if (name !== folder.displayName) checkFree(call, folder.parent, name);
  renameContactFolder(call.mailbox, call.mailbox.contacts, folder, name);
  return showFolder(call, folder, 200);
}

export function deleteContactFolder(call: MailboxCall): GraphAnswer {
  const folder = folderOf(call);
  if (folder.parent === undefined) {
    throw new GraphError('ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.', 403);
  }
  removeContactFolder(call.mailbox, call.mailbox.contacts, folder);
  return { status: 204 };
}

function checkFree({ mailbox }: MailboxCall, parent: ContactFolder, name: string): void {
  const wanted = name.toLowerCase();
  const isTaken = childFolders(mailbox.contacts, parent).some(
    (each) => each.displayName.toLowerCase() === wanted,
  );
  if (isTaken) throw new GraphError('ErrorFolderExists');
}

function showFolder(call: MailboxCall, folder: ContactFolder, status: number): GraphAnswer {
  return answer(
    call,
    `users('${call.user.id}')/contactFolders/$entity`,
    showContactFolder(call, folder),
    status,
  );
}

function showOne(call: MailboxCall, contact: Contact, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/contacts/$entity`, showContact(call, contact), status);
}
