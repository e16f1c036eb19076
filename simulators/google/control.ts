/**
 * The JSON control surface of the Google simulator, `/_control/google/...`: acts and administration for another
 * process. Each POST takes a JSON object whose members are named as the parameters of the act.
 */
import { ControlRefusal, createControl } from '../shared/control.ts';
import type { DeliveryOptions, GoogleActs } from './acts.ts';
import type { Administration, NewAccount, NewClient } from './administration.ts';
import { controlActs } from './control-acts.ts';
import type { AppPolicy, OAuthClient, World } from './world.ts';

type Body = Record<string, unknown>;

/** Answers calls below `/_control/google`; undefined for all others. */
export function createGoogleControl(world: World, acts: GoogleActs, administration: Administration) {
  return createControl({
    name: 'google',
    faults: world.faults,
    requests: world.requests,
    state: () => describe(world),
    actions: {
      ...mailActions(acts),
      ...accountActions(acts),
      ...setupActions(administration),
      ...serverActions(world),
      ...controlActs({ ...acts, ...administration }),
    },
  });
}

function describe(world: World) {
  return {
    accountsOrigin: world.accountsOrigin,
    apiOrigin: world.apiOrigin,
    accounts: world.accounts.map((account) => ({
      email: account.email,
      state: account.state,
      messageCount: account.mailbox.messages.size,
      historyId: String(account.mailbox.historyId),
    })),
    calls: world.requests.counts(),
    parts: world.parts.counts(),
    totals: world.requests.totals(),
    notificationsSent: world.sent.length,
    faults: world.faults.list().length,
  };
}

function mailActions(acts: GoogleActs) {
  return {
    deliver: (body: Body) => {
      const options = (body.options ?? {}) as DeliveryOptions;
      const raw = Buffer.from(text(body, 'mime'), 'base64');
      return { messageId: acts.deliver(text(body, 'address'), raw, options) };
    },
    changeLabels: (body: Body) =>
      acts.changeLabels(
        text(body, 'address'),
        text(body, 'messageId'),
        texts(body, 'add'),
        texts(body, 'remove'),
      ),
    trash: (body: Body) => acts.trash(text(body, 'address'), text(body, 'messageId')),
    untrash: (body: Body) => acts.untrash(text(body, 'address'), text(body, 'messageId')),
    remove: (body: Body) => acts.remove(text(body, 'address'), text(body, 'messageId')),
    createLabel: (body: Body) => ({ labelId: acts.createLabel(text(body, 'address'), text(body, 'name')) }),
    removeLabel: (body: Body) => acts.removeLabel(text(body, 'address'), text(body, 'name')),
    expireHistory: (body: Body) => acts.expireHistory(text(body, 'address')),
    snapshot: (body: Body) => acts.snapshot(text(body, 'address')),
  };
}

function accountActions(acts: GoogleActs) {
  return {
    revokeTokens: (body: Body) => acts.revokeTokens(text(body, 'address'), optionalText(body, 'clientId')),
    expireAccessTokens: (body: Body) => acts.expireAccessTokens(optionalText(body, 'address')),
    changePassword: (body: Body) => acts.changePassword(text(body, 'address'), text(body, 'password')),
    suspend: (body: Body) => acts.suspend(text(body, 'address')),
    restore: (body: Body) => acts.restore(text(body, 'address')),
    deleteAccount: (body: Body) => acts.deleteAccount(text(body, 'address')),
    setMailService: (body: Body) => acts.setMailService(text(body, 'address'), body.isOn === true),
    requireReauthentication: (body: Body) => acts.requireReauthentication(text(body, 'address')),
    throttle: (body: Body) => acts.throttle(text(body, 'address'), Number(body.backOffMs)),
    callsWhileThrottled: (body: Body) => ({ calls: acts.callsWhileThrottled(text(body, 'address')) }),
  };
}

function setupActions(administration: Administration) {
  return {
    addDomain: (body: Body) => administration.addDomain(text(body, 'name')),
    addAccount: (body: Body) => {
      text(body, 'email');
      administration.addAccount(body as unknown as NewAccount);
    },
    addClient: (body: Body) => {
      text(body, 'clientId');
      text(body, 'clientSecret');
      texts(body, 'redirectUris');
      administration.addClient(body as unknown as NewClient);
    },
    setClientState: (body: Body) =>
      administration.setClientState(text(body, 'clientId'), text(body, 'state') as OAuthClient['state']),
    setPublishing: (body: Body) =>
      administration.setPublishing(
        text(body, 'clientId'),
        text(body, 'publishing') as OAuthClient['publishing'],
        body.testUsers === undefined ? undefined : texts(body, 'testUsers'),
      ),
    setGmailApi: (body: Body) => administration.setGmailApi(text(body, 'clientId'), body.isOn === true),
    setAppPolicy: (body: Body) =>
      administration.setAppPolicy(
        text(body, 'domain'),
        text(body, 'clientId'),
        text(body, 'policy') as AppPolicy,
      ),
    addServiceAccount: (body: Body) => {
      const clientId = optionalText(body, 'clientId');
      const email = text(body, 'email');
      return administration.addServiceAccount(clientId === undefined ? { email } : { email, clientId });
    },
    delegate: (body: Body) =>
      administration.delegate(text(body, 'domain'), text(body, 'clientId'), texts(body, 'scopes')),
    addSubscription: (body: Body) =>
      administration.addSubscription(text(body, 'name'), text(body, 'topicName')),
  };
}

function serverActions(world: World) {
  return {
    server: (body: Body) => {
      if (typeof body.unitsPerUserMinute === 'number') world.unitsPerUserMinute = body.unitsPerUserMinute;
      if (body.overspendingStatus === 403 || body.overspendingStatus === 429) {
        world.overspendingStatus = body.overspendingStatus;
      }
      if (typeof body.pageOverlap === 'number') world.pageOverlap = body.pageOverlap;
      if (typeof body.historyLifeMs === 'number') world.historyLifeMs = body.historyLifeMs;
      if (typeof body.calendarSyncLifeMs === 'number') world.calendarSyncLifeMs = body.calendarSyncLifeMs;
      if (typeof body.contactSyncLifeMs === 'number') world.contactSyncLifeMs = body.contactSyncLifeMs;
      if (typeof body.contactDelayMs === 'number') world.contactDelayMs = body.contactDelayMs;
      if (typeof body.apiLimits === 'object') Object.assign(world.apiLimits, body.apiLimits);
    },
    notifications: () => ({ notifications: world.sent }),
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

function texts(body: Body, name: string): string[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) {
    throw new ControlRefusal(`"${name}" must be a list of texts`);
  }
  return value as string[];
}
