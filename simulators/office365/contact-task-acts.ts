/**
 * What people do with their contacts and tasks, and how the delta tokens of calendars, contacts and tasks expire. Ids are immutable
 * ids, bodies are Graph's JSON; folders and lists go by name.
 */
import { existing } from './acts.ts';
import { readContactFields } from './contact-json.ts';
import {
  addContact,
  addContactFolder,
  type ContactFolder,
  changeContact,
  defaultContactFolder,
  moveContact,
  removeContact,
  throwContactAway,
} from './contact-store.ts';
import { findUser } from './directory.ts';
import { expireTokens, type TrackedKind } from './expire-tokens.ts';
import { findByPath, type Mailbox } from './mailbox.ts';
import { NEW_TASK, readTaskFields } from './todo-json.ts';
import { addList, addTask, changeTask, removeTask, type TodoList, type TodoTask } from './todo-store.ts';
import type { World } from './world.ts';

type Json = Record<string, unknown>;

export interface ContactSnapshot {
  id: string;
  folder: string;
  displayName: string;
  fields: Json;
}

export interface TaskSnapshot {
  id: string;
  list: string;
  title: string;
  status: string;
  due: string | undefined;
  linkedResources: Json[];
}

export interface ContactTaskActs {
  /** Makes a contact folder below the default one; gives its id. */
  addContactFolder(address: string, name: string): string;
  /** Into the default folder unless one is named; gives the immutable id. */
  addContact(address: string, contact: Json, folder?: string): string;
  changeContact(address: string, id: string, changes: Json): void;
  moveContact(address: string, id: string, folder: string): void;
  removeContact(address: string, id: string): void;
  /** Into Deleted Items, as people delete. */
  throwAwayContact(address: string, id: string): void;
  contactSnapshot(address: string): ContactSnapshot[];
  /** Gives the list's id. */
  addTaskList(address: string, name: string): string;
  /** Into the default list unless one is named (`Flagged Emails` for what comes of flagged mail); gives the id. */
  addTask(address: string, task: Json, list?: string): string;
  changeTask(address: string, id: string, changes: Json): void;
  removeTask(address: string, id: string): void;
  taskSnapshot(address: string): TaskSnapshot[];
  /** Makes the delta tokens of one kind invalid; `form` is how that is answered from now on. */
  expireTokensOf(address: string, kind: TrackedKind, form?: Mailbox['expiredAs']): void;
}

/** The acts on `world`. Each throws on a mailbox, folder, list, contact or task that does not exist. */
export function createContactTaskActs(world: World): ContactTaskActs {
  const mailboxOf = (address: string) =>
    existing(findUser(world.tenants, address)?.mailbox, `mailbox ${address}`);
  return {
    ...createContactActs(mailboxOf),
    ...createTaskActs(world, mailboxOf),
    expireTokensOf(address, kind, form) {
      const mailbox = mailboxOf(address);
      mailbox.expiredAs = form ?? mailbox.expiredAs;
      expireTokens(mailbox, kind);
    },
  };
}

type MailboxOf = (address: string) => Mailbox;

function createContactActs(mailboxOf: MailboxOf) {
  const contactOf = (address: string, id: string) =>
    existing(mailboxOf(address).contacts.contacts.get(id), `contact ${id}`);
  return {
    addContactFolder(address: string, name: string) {
      const mailbox = mailboxOf(address);
      const parent = defaultContactFolder(mailbox.contacts);
      return addContactFolder(mailbox, mailbox.contacts, parent, name).id;
    },
    addContact(address: string, contact: Json, folder?: string) {
      const mailbox = mailboxOf(address);
      const fields = readContactFields(contact, true);
      return addContact(mailbox, mailbox.contacts, folderNamed(mailbox, folder), fields).immutableId;
    },
    changeContact: (address: string, id: string, changes: Json) =>
      changeContact(mailboxOf(address), contactOf(address, id), readContactFields(changes, false)),
    moveContact(address: string, id: string, folder: string) {
      const mailbox = mailboxOf(address);
      moveContact(mailbox, mailbox.contacts, contactOf(address, id), folderNamed(mailbox, folder));
    },
    removeContact(address: string, id: string) {
      const mailbox = mailboxOf(address);
      removeContact(mailbox, mailbox.contacts, contactOf(address, id));
    },
    throwAwayContact(address: string, id: string) {
      const mailbox = mailboxOf(address);
      const folder = existing(findByPath(mailbox, 'deleteditems'), 'Deleted Items');
      throwContactAway(mailbox, mailbox.contacts, contactOf(address, id), folder.id);
    },
    contactSnapshot: (address: string) =>
      [...mailboxOf(address).contacts.folders.values()].flatMap((folder) =>
        [...folder.contacts.values()].map(({ immutableId, fields }) => ({
          id: immutableId,
          folder: folder.displayName,
          displayName: String(fields.displayName ?? ''),
          fields,
        })),
      ),
  };
}

function folderNamed({ contacts }: Mailbox, name: string | undefined): ContactFolder {
  if (name === undefined) return defaultContactFolder(contacts);
  const found = [...contacts.folders.values()].find(({ displayName }) => displayName === name);
  return existing(found, `contact folder ${name}`);
}

function createTaskActs(world: World, mailboxOf: MailboxOf) {
  const listsOf = (address: string) => [...mailboxOf(address).todo.lists.values()];
  const taskOf = (address: string, id: string): TodoTask =>
    existing(
      listsOf(address)
        .find(({ tasks }) => tasks.has(id))
        ?.tasks.get(id),
      `task ${id}`,
    );
  const listNamed = (address: string, name = 'Tasks'): TodoList =>
    existing(
      listsOf(address).find(({ displayName }) => displayName === name),
      `task list ${name}`,
    );
  return {
    addTaskList(address: string, name: string) {
      const mailbox = mailboxOf(address);
      return addList(mailbox, mailbox.todo, name).id;
    },
    addTask(address: string, task: Json, list?: string) {
      const fields = { ...NEW_TASK, ...readTaskFields(task, NEW_TASK, world.now()) };
      const made = addTask(mailboxOf(address), listNamed(address, list), fields);
      const links = Array.isArray(task.linkedResources) ? (task.linkedResources as Json[]) : [];
      made.parts.linkedResources = links.map((each, index) => ({ id: `link-${index + 1}`, ...each }));
      return made.id;
    },
    changeTask(address: string, id: string, changes: Json) {
      const task = taskOf(address, id);
      changeTask(mailboxOf(address), task, readTaskFields(changes, task.fields, world.now()));
    },
    removeTask: (address: string, id: string) => removeTask(mailboxOf(address), taskOf(address, id)),
    taskSnapshot: (address: string) =>
      listsOf(address).flatMap(({ displayName, tasks }) =>
        [...tasks.values()].map(({ id, fields, parts }) => ({
          id,
          list: displayName,
          title: fields.title,
          status: fields.status,
          due: fields.dueDateTime?.dateTime.slice(0, 10),
          linkedResources: parts.linkedResources,
        })),
      ),
  };
}
