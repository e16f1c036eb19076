/**
 * The JSON control surface, `/_control/office365/...`: every act for another process. Each POST takes a JSON object; its
 * members are named as the parameters of the act. Mail is given as base64 in `mime`.
 */
import { ControlRefusal, createControl } from '../shared/control.ts';
import type { MailActs, MessageEdit } from './acts.ts';
import type { CalendarActs } from './calendar-acts.ts';
import type { ContactTaskActs } from './contact-task-acts.ts';
import { calendarActions, contactTaskActions, optionalText, text } from './control-items.ts';
import type { Tenant, UserAccount } from './directory.ts';
import type { DirectoryActs, NewApplication, NewMailbox, NewTenant, TenantPolicy } from './directory-acts.ts';
import type { DeliveryOptions, Mailbox } from './mailbox.ts';
import type { World } from './world.ts';

type Body = Record<string, unknown>;
type Acts = MailActs & DirectoryActs & CalendarActs & ContactTaskActs;

/** Answers calls below `/_control/office365`; undefined for all others. */
export function createOffice365Control(world: World, acts: Acts) {
  return createControl({
    name: 'office365',
    faults: world.faults,
    requests: world.requests,
    state: () => describe(world),
    actions: {
      ...mailActions(acts),
      ...peopleActions(acts),
      ...policyActions(acts),
      ...calendarActions(acts),
      ...contactTaskActions(acts),
      ...serverActions(world),
    },
  });
}

function describe(world: World) {
  const users = world.tenants.flatMap((tenant) => tenant.users);
  return {
    loginOrigin: world.loginOrigin,
    graphOrigin: world.graphOrigin,
    tenants: world.tenants.map(({ id, domain, userConsent }) => ({ id, domain, userConsent })),
    mailboxes: users.map(({ mail, mailbox }) => ({
      address: mail,
      messageCount: (mailbox?.messages.size ?? 0) / 2,
      folderCount: mailbox?.folders.size ?? 0,
      eventCount: (mailbox?.calendars.events.size ?? 0) / 2,
      contactCount: (mailbox?.contacts.contacts.size ?? 0) / 2,
      taskCount: [...(mailbox?.todo.lists.values() ?? [])].reduce((sum, { tasks }) => sum + tasks.size, 0),
    })),
    calls: world.requests.counts(),
    batchItems: world.batchItems.counts(),
    totals: world.requests.totals(),
    refreshes: world.tokens.refreshCount,
    refreshTokensReused: world.tokens.reuseCount,
    notificationsSent: world.notifications.length,
    notifications: world.notifications,
    subscriptions: world.subscriptions.size,
    faults: world.faults.list().length,
    settings: world.settings,
  };
}

function mailActions(acts: Acts) {
  return {
    deliver(body: Body) {
      const raw = Buffer.from(text(body, 'mime'), 'base64');
      const options = (body.options ?? {}) as DeliveryOptions;
      return { id: acts.deliver(text(body, 'address'), text(body, 'folder'), raw, options) };
    },
    move: (body: Body) => acts.move(text(body, 'address'), text(body, 'id'), text(body, 'folder')),
    remove: (body: Body) =>
      acts.remove(text(body, 'address'), text(body, 'id'), body.how === 'hard' ? 'hard' : 'trash'),
    edit: (body: Body) => acts.edit(text(body, 'address'), text(body, 'id'), body.edit as MessageEdit),
    setCategories: (body: Body) =>
      acts.setCategories(text(body, 'address'), text(body, 'id'), texts(body, 'categories')),
    createFolder: (body: Body) => ({
      folderId: acts.createFolder(text(body, 'address'), text(body, 'path')),
    }),
    renameFolder: (body: Body) =>
      acts.renameFolder(text(body, 'address'), text(body, 'path'), text(body, 'displayName')),
    removeFolder: (body: Body) => acts.removeFolder(text(body, 'address'), text(body, 'path')),
    setMasterCategories: (body: Body) =>
      acts.setMasterCategories(text(body, 'address'), texts(body, 'names')),
    expireDeltaTokens: (body: Body) =>
      acts.expireDeltaTokens(
        text(body, 'address'),
        optionalText(body, 'folder'),
        optionalText(body, 'form') as Mailbox['expiredAs'] | undefined,
      ),
    setEnabledForRest: (body: Body) => acts.setEnabledForRest(text(body, 'address'), body.isEnabled === true),
    throttle: (body: Body) =>
      acts.throttle(text(body, 'address'), Number(body.backOffMs), optionalText(body, 'code')),
    callsWhileThrottled: (body: Body) => ({ calls: acts.callsWhileThrottled(text(body, 'address')) }),
    sendLifecycle: (body: Body) =>
      acts.sendLifecycle(
        text(body, 'address'),
        text(body, 'event') as Parameters<MailActs['sendLifecycle']>[1],
      ),
    snapshot: (body: Body) => acts.snapshot(text(body, 'address')),
  };
}

function peopleActions(acts: Acts) {
  return {
    addMailbox(body: Body) {
      text(body, 'address');
      acts.addMailbox(body as unknown as NewMailbox);
    },
    setPassword: (body: Body) =>
      acts.setPassword(text(body, 'address'), text(body, 'password'), body.byAdmin === true),
    setUserState: (body: Body) =>
      acts.setUserState(text(body, 'address'), text(body, 'state') as UserAccount['state']),
    disable: (body: Body) => acts.disable(text(body, 'address')),
    revokeTokens: (body: Body) => acts.revokeTokens(text(body, 'address')),
    expireAccessTokens: (body: Body) => acts.expireAccessTokens(optionalText(body, 'address')),
    expireRefreshTokens: (body: Body) => acts.expireRefreshTokens(text(body, 'address')),
    setTokenFailure: (body: Body) =>
      acts.setTokenFailure(text(body, 'address'), typeof body.number === 'number' ? body.number : undefined),
    challenge: (body: Body) => acts.challenge(text(body, 'address'), optionalText(body, 'claims')),
    withdrawConsent: (body: Body) => acts.withdrawConsent(text(body, 'address'), text(body, 'clientId')),
    assign: (body: Body) =>
      acts.assign(text(body, 'address'), text(body, 'clientId'), body.isAssigned !== false),
  };
}

function policyActions(acts: Acts) {
  return {
    addTenant(body: Body) {
      text(body, 'domain');
      return { id: acts.addTenant(body as unknown as NewTenant) };
    },
    addApplication(body: Body) {
      text(body, 'clientId');
      acts.addApplication(body as unknown as NewApplication);
    },
    setConsent: (body: Body) => {
      const { domain: _domain, ...policy } = body;
      acts.setConsent(text(body, 'domain'), policy as TenantPolicy & { userConsent?: Tenant['userConsent'] });
    },
    grantAdminConsent: (body: Body) =>
      acts.grantAdminConsent(text(body, 'domain'), text(body, 'clientId'), {
        scopes: body.scopes === undefined ? [] : texts(body, 'scopes'),
        roles: body.roles === undefined ? [] : texts(body, 'roles'),
      }),
    withdrawAdminConsent: (body: Body) =>
      acts.withdrawAdminConsent(text(body, 'domain'), text(body, 'clientId')),
    setApplicationScope: (body: Body) =>
      acts.setApplicationScope(
        text(body, 'domain'),
        text(body, 'clientId'),
        body.addresses === undefined ? undefined : texts(body, 'addresses'),
      ),
  };
}

function serverActions(world: World) {
  return {
    settings(body: Body) {
      for (const [name, value] of Object.entries(body)) {
        if (!Object.hasOwn(world.settings, name)) throw new ControlRefusal(`there is no setting "${name}"`);
        Object.assign(world.settings, { [name]: value });
      }
      return world.settings;
    },
    notifications: () => ({ notifications: world.notifications }),
  };
}

function texts(body: Body, name: string): string[] {
  const value = body[name];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new ControlRefusal(`"${name}" must be a list of texts`);
}
