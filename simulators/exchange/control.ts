/**
 * The JSON control surface of the Exchange simulator, `/_control/exchange/...`: the acts of acts.ts for another
 * process. Each POST takes a JSON object whose members are named as the parameters of the act.
 */
import { ControlRefusal, createControl } from '../shared/control.ts';
import type { Account } from './accounts.ts';
import type { ExchangeActs, ItemEdit, NewMailbox, NewServiceAccount } from './acts.ts';
import type { AutodiscoverAnswer, AutodiscoverSettings } from './autodiscover.ts';
import type { ResponseType } from './calendar/event.ts';
import type { DeliveryOptions } from './mailbox.ts';
import type { GivenContact, GivenEvent, GivenTask } from './personal-acts.ts';
import type { Throttling, World } from './world.ts';

type Body = Record<string, unknown>;

/** Answers calls below `/_control/exchange`; undefined for all others. */
export function createExchangeControl(world: World, acts: ExchangeActs) {
  return createControl({
    name: 'exchange',
    faults: world.faults,
    requests: world.requests,
    state: () => describe(world),
    actions: {
      ...itemActions(acts),
      ...personalActions(acts),
      ...accountActions(acts),
      ...serverActions(world),
    },
  });
}

function describe(world: World) {
  const mailboxes = [...world.directory.mailboxes.values()].map((mailbox) => ({
    address: mailbox.address,
    itemCount: mailbox.items.size,
    folderCount: mailbox.folders.size,
  }));
  return {
    origin: world.origin,
    mailboxes,
    calls: world.requests.counts(),
    totals: world.requests.totals(),
    notificationsSent: world.notifications.length,
    notifications: world.notifications,
    faults: world.faults.list().length,
  };
}

function itemActions(acts: ExchangeActs) {
  return {
    deliver: (body: Body) => {
      const raw = Buffer.from(text(body, 'mime'), 'base64');
      const options = (body.options ?? {}) as DeliveryOptions;
      return { itemId: acts.deliver(text(body, 'address'), text(body, 'folder'), raw, options) };
    },
    move: (body: Body) => ({
      itemId: acts.move(text(body, 'address'), text(body, 'itemId'), text(body, 'folder')),
    }),
    remove: (body: Body) =>
      acts.remove(text(body, 'address'), text(body, 'itemId'), body.how === 'hard' ? 'hard' : 'trash'),
    edit: (body: Body) => acts.edit(text(body, 'address'), text(body, 'itemId'), body.edit as ItemEdit),
    createFolder: (body: Body) => ({
      folderId: acts.createFolder(
        text(body, 'address'),
        text(body, 'path'),
        optionalText(body, 'folderClass'),
      ),
    }),
    renameFolder: (body: Body) =>
      acts.renameFolder(text(body, 'address'), text(body, 'path'), text(body, 'displayName')),
    removeFolder: (body: Body) => acts.removeFolder(text(body, 'address'), text(body, 'path')),
    expireSyncStates: (body: Body) =>
      acts.expireSyncStates(text(body, 'address'), optionalText(body, 'folder')),
    loseSubscriptions: (body: Body) => acts.loseSubscriptions(text(body, 'address')),
    endStreams: (body: Body) =>
      acts.endStreams(text(body, 'address'), body.how === 'dropped' ? 'dropped' : 'closed'),
    setMasterCategories: (body: Body) =>
      acts.setMasterCategories(text(body, 'address'), body.names as string[]),
    snapshot: (body: Body) => acts.snapshot(text(body, 'address')),
  };
}

function personalActions(acts: ExchangeActs) {
  const place = (body: Body) => [text(body, 'address'), text(body, 'itemId')] as const;
  return {
    createEvent: (body: Body) => ({
      itemId: acts.createEvent(text(body, 'address'), body.event as GivenEvent, optionalText(body, 'folder')),
    }),
    editEvent: (body: Body) => acts.editEvent(...place(body), body.changes as GivenEvent),
    occurrenceIdOf: (body: Body) => ({
      itemId: acts.occurrenceIdOf(text(body, 'address'), text(body, 'masterId'), Number(body.index)),
    }),
    removeOccurrence: (body: Body) => acts.removeOccurrence(...place(body)),
    respond: (body: Body) =>
      acts.respond(...place(body), text(body, 'attendee'), text(body, 'response') as ResponseType),
    cancelMeeting: (body: Body) => acts.cancelMeeting(...place(body)),
    createContact: (body: Body) => ({
      itemId: acts.createContact(
        text(body, 'address'),
        body.contact as GivenContact,
        optionalText(body, 'folder'),
      ),
    }),
    editContact: (body: Body) => acts.editContact(...place(body), body.changes as GivenContact),
    createTask: (body: Body) => ({
      itemId: acts.createTask(text(body, 'address'), body.task as GivenTask, optionalText(body, 'folder')),
    }),
    editTask: (body: Body) => ({ itemId: acts.editTask(...place(body), body.changes as GivenTask) }),
  };
}

function accountActions(acts: ExchangeActs) {
  return {
    addMailbox: (body: Body) => {
      text(body, 'address');
      acts.addMailbox(body as unknown as NewMailbox);
    },
    addServiceAccount: (body: Body) => {
      text(body, 'userName');
      acts.addServiceAccount(body as unknown as NewServiceAccount);
    },
    setPassword: (body: Body) => acts.setPassword(text(body, 'login'), text(body, 'password')),
    setImpersonation: (body: Body) =>
      acts.setImpersonation(
        text(body, 'login'),
        body.scope === 'all' ? 'all' : ((body.scope ?? []) as string[]),
      ),
    setAccountState: (body: Body) =>
      acts.setAccountState(text(body, 'login'), text(body, 'state') as Account['state']),
    setFullAccess: (body: Body) =>
      acts.setFullAccess(text(body, 'login'), text(body, 'address'), body.isGranted === true),
    setDenied: (body: Body) =>
      acts.setDenied(text(body, 'address'), body.isDenied === true, optionalText(body, 'folder')),
    throttle: (body: Body) => {
      const form = optionalText(body, 'form') as Throttling['form'] | undefined;
      acts.throttle(text(body, 'address'), Number(body.backOffMs), form);
    },
    callsWhileThrottled: (body: Body) => ({ calls: acts.callsWhileThrottled(text(body, 'address')) }),
  };
}

function serverActions(world: World) {
  return {
    autodiscover: (body: Body) => {
      const { answers, ...settings } = body as { answers?: Record<string, AutodiscoverAnswer> };
      Object.assign(world.autodiscover, settings as Partial<AutodiscoverSettings>);
      for (const [address, answer] of Object.entries(answers ?? {})) {
        world.autodiscover.answers.set(address.toLowerCase(), answer);
      }
    },
    server: (body: Body) => {
      if (Array.isArray(body.auth)) world.auth = body.auth as World['auth'];
      if (typeof body.hasCommitMarks === 'boolean') world.hasCommitMarks = body.hasCommitMarks;
      if (typeof body.concurrencyMax === 'number') world.concurrencyMax = body.concurrencyMax;
    },
    notifications: () => ({ notifications: world.notifications }),
  };
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new ControlRefusal(`"${name}" must be a text`);
  return value;
}

function optionalText(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : text(body, name);
}
