/** The paths of contacts and contact folders below a user, and what permission each takes. */
import * as contacts from './contacts.ts';
import type { Route } from './route.ts';

const READ = ['Contacts.Read'];
const WRITE = ['Contacts.ReadWrite'];
const FOLDER = '/contactFolders/(?<folder>[^/]+)';
const inFolder = (end: string) => new RegExp(`^${FOLDER}${end}$`);
const below = (end: string) => new RegExp(`^(?:${FOLDER})?/contacts${end}$`);

export const contactRoutes: readonly Route[] = [
  ['GET', /^\/contactFolders\/delta$/, 'contactFolders.delta', READ, contacts.answerContactFolderDelta],
  ['GET', /^\/contactFolders$/, 'contactFolders.list', READ, contacts.listContactFolders],
  ['POST', /^\/contactFolders$/, 'contactFolder.create', WRITE, contacts.createContactFolder],
  ['GET', inFolder('/childFolders'), 'contactFolders.list', READ, contacts.listContactFolders],
  ['POST', inFolder('/childFolders'), 'contactFolder.create', WRITE, contacts.createContactFolder],
  ['GET', below('/delta'), 'contacts.delta', READ, contacts.answerContactDelta],
  ['GET', below(String.raw`/\$count`), 'contacts.count', READ, contacts.countContacts],
  ['GET', below(''), 'contacts.list', READ, contacts.listContacts],
  ['POST', below(''), 'contact.create', WRITE, contacts.createContact],
  ['GET', below('/(?<contact>[^/]+)'), 'contact.get', READ, contacts.getContact],
  ['PATCH', below('/(?<contact>[^/]+)'), 'contact.update', WRITE, contacts.updateContact],
  ['DELETE', below('/(?<contact>[^/]+)'), 'contact.delete', WRITE, contacts.deleteContact],
  ['GET', inFolder(''), 'contactFolder.get', READ, contacts.getContactFolder],
  ['PATCH', inFolder(''), 'contactFolder.update', WRITE, contacts.updateContactFolder],
  ['DELETE', inFolder(''), 'contactFolder.delete', WRITE, contacts.deleteContactFolder],
];
