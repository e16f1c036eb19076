/**
 * What people and administrators do to mail and accounts in a simulated Google, as functions. Addresses are the
 * account's primary one or an alias; an unknown one throws.
 */
import type { ApiName } from './api-quota.ts';
import { type CalendarActs, createCalendarActs } from './calendar/calendar-acts.ts';
import * as store from './mailbox.ts';
import { type ContactActs, createContactActs } from './people/contact-acts.ts';
import { isMailScope } from './scopes.ts';
import { createTaskActs, type TaskActs } from './tasks/task-acts.ts';
import { endGrants } from './tokens.ts';
import { type Account, findAccount, type World } from './world.ts';

/** What one sees of a mailbox from outside of the API. */
export interface MailboxSnapshot {
  historyId: string;
  labels: { id: string; name: string }[];
  messages: { id: string; threadId: string; labelIds: string[] }[];
}

export interface DeliveryOptions {
  /** Label ids or names; INBOX and UNREAD when absent. */
  labels?: string[];
  /** The internalDate, in milliseconds since 1970; now when absent. */
  receivedAt?: number;
}

export interface GoogleActs extends CalendarActs, ContactActs, TaskActs {
  /** Puts a mail into a mailbox and gives its message id. */
  deliver(address: string, mime: Buffer | string, options?: DeliveryOptions): string;
  /** Adds and removes labels by id or name. */
  changeLabels(address: string, messageId: string, add: string[], remove?: string[]): void;
  trash(address: string, messageId: string): void;
  untrash(address: string, messageId: string): void;
  /** Deletes for good. */
  remove(address: string, messageId: string): void;
  /** Makes a label and gives its id. */
  createLabel(address: string, name: string): string;
  removeLabel(address: string, name: string): void;
  /** Makes every history id handed out so far too old. */
  expireHistory(address: string): void;
  /** The person takes back what was granted, to one client or to all. */
  revokeTokens(address: string, clientId?: string): void;
  /** Access tokens end at once; refresh tokens stay. */
  expireAccessTokens(address?: string): void;
  /** A new password: refresh tokens that open mail die. */
  changePassword(address: string, password: string): void;
  suspend(address: string): void;
  restore(address: string): void;
  deleteAccount(address: string): void;
  setMailService(address: string, isOn: boolean): void;
  /** The administrator switches another service of the person on or off. */
  setService(address: string, api: ApiName, isOn: boolean): void;
  /** Session control: refresh answers invalid_rapt until the person signs in again. */
  requireReauthentication(address: string): void;
  /** Every call of the user is answered 429 for so long. */
  throttle(address: string, backOffMs: number): void;
  callsWhileThrottled(address: string): number;
  snapshot(address: string): MailboxSnapshot;
}

/** The acts over a world. */
export function createActs(world: World): GoogleActs {
  const accountOf = (address: string) => mustFindAccount(world, address);
  return {
    ...mailActs(accountOf),
    ...createCalendarActs(world, accountOf),
    ...createContactActs(world, accountOf),
    ...createTaskActs(world, accountOf),
    ...accountActs(world, accountOf),
  };
}

/** The account of an address. Throws when there is none. */
export function mustFindAccount(world: World, address: string): Account {
  const account = findAccount(world, address);
  if (account === undefined) throw new Error('no account has this address');
  return account;
}

function mailActs(accountOf: (address: string) => Account) {
  const messageOf = (address: string, id: string) => {
    const { mailbox } = accountOf(address);
    const message = mailbox.messages.get(id);
    if (message === undefined) throw new Error('no message has this id');
    return { mailbox, message };
  };
  const relabel = (address: string, id: string, add: string[], remove: string[]) => {
    const { mailbox, message } = messageOf(address, id);
    store.changeLabels(mailbox, message, labelIds(mailbox, add), labelIds(mailbox, remove));
  };
  return {
    deliver(address: string, mime: Buffer | string, options: DeliveryOptions = {}) {
      const { mailbox } = accountOf(address);
      const labels = options.labels === undefined ? undefined : labelIds(mailbox, options.labels);
      const raw = typeof mime === 'string' ? Buffer.from(mime) : mime;
      return store.addMessage(mailbox, raw, { labelIds: labels, internalDate: options.receivedAt }).id;
    },
    changeLabels: (address: string, id: string, add: string[], remove: string[] = []) =>
      relabel(address, id, add, remove),
    trash: (address: string, id: string) => relabel(address, id, ['TRASH'], ['INBOX']),
    untrash: (address: string, id: string) => relabel(address, id, [], ['TRASH']),
    remove(address: string, id: string) {
      const { mailbox, message } = messageOf(address, id);
      store.removeMessage(mailbox, message);
    },
    createLabel: (address: string, name: string) => store.addLabel(accountOf(address).mailbox, name).id,
    removeLabel(address: string, name: string) {
      const { mailbox } = accountOf(address);
      for (const id of labelIds(mailbox, [name])) store.removeLabel(mailbox, id);
    },
    expireHistory: (address: string) => store.expireHistory(accountOf(address).mailbox),
    snapshot(address: string): MailboxSnapshot {
      const { mailbox } = accountOf(address);
      return {
        historyId: String(mailbox.historyId),
        labels: [...mailbox.labels.values()].map(({ id, name }) => ({ id, name })),
        messages: [...mailbox.messages.values()].map((message) => ({
          id: message.id,
          threadId: message.threadId,
          labelIds: [...message.labelIds],
        })),
      };
    },
  };
}

function labelIds(mailbox: store.Mailbox, names: readonly string[]): string[] {
  return names.map((name) => {
    const label = mailbox.labels.get(name) ?? store.findLabel(mailbox, name);
    if (label === undefined) throw new Error('no label has this name');
    return label.id;
  });
}

function accountActs(world: World, accountOf: (address: string) => Account) {
  const { tokens } = world;
  return {
    revokeTokens: (address: string, clientId?: string) => endGrants(tokens, accountOf(address), clientId),
    expireAccessTokens(address?: string) {
      const account = address === undefined ? undefined : accountOf(address);
      for (const token of tokens.access.values()) {
        if (account === undefined || token.account === account) tokens.access.delete(token.token);
      }
    },
    changePassword(address: string, password: string) {
      const account = accountOf(address);
      account.password = password;
      for (const [cookie, signedIn] of tokens.browsers) {
        const others = signedIn.filter((each) => each !== account);
        tokens.browsers.set(cookie, others);
      }
      for (const all of [tokens.refresh, tokens.access]) {
        for (const token of all.values()) {
          const isByRefresh = !('refreshToken' in token) || token.refreshToken !== undefined;
          const isDead = token.account === account && isByRefresh && token.scopes.some(isMailScope);
          if (isDead) all.delete(token.token);
        }
      }
    },
    suspend(address: string) {
      accountOf(address).state = 'suspended';
    },
    restore(address: string) {
      accountOf(address).state = 'active';
    },
    deleteAccount(address: string) {
      accountOf(address).state = 'deleted';
    },
    setMailService(address: string, isOn: boolean) {
      accountOf(address).hasMailService = isOn;
    },
    setService(address: string, api: ApiName, isOn: boolean) {
      const { servicesOff } = accountOf(address);
      if (isOn) servicesOff.delete(api);
      else servicesOff.add(api);
    },
    requireReauthentication(address: string) {
      accountOf(address).needsReauthentication = true;
    },
    throttle(address: string, backOffMs: number) {
      const account = accountOf(address);
      account.throttledUntil = world.now() + backOffMs;
      account.callsWhileThrottled = 0;
    },
    callsWhileThrottled: (address: string) => accountOf(address).callsWhileThrottled,
  };
}
