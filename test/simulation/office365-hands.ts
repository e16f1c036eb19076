/** A simulated Entra ID and Microsoft Graph as people use them, the consent page included. */
import { createOffice365Simulator } from '../../simulators/office365/simulator.ts';
import type { FaultEffect } from '../../simulators/shared/faults.ts';
import { SECOND } from '../../src/model/clock.ts';
import type { Config } from '../../src/server/config.ts';
import { office365HandsIn } from '../support/office365-items-world.ts';
import type { Chance } from './chance.ts';
import { callerByToken, consentByPost, REDIRECTS } from './consent.ts';
import { renderLetter } from './letters.ts';
import { isMarked, keptByAddress, type LivingSpot, type MailHands } from './mail-hands.ts';

const LOGIN_ORIGIN = 'https://login.microsoft.test';
const GRAPH_ORIGIN = 'https://graph.microsoft.test';
const CLIENT = '11111111-2222-4333-8444-555555555555';
const SECRET = 'application secret';
const FOLDERS: Readonly<Record<LivingSpot, string>> = {
  inbox: 'inbox',
  'inbox-below': 'Inbox/Customers',
  sent: 'sentitems',
  salesforce: 'Salesforce Emails',
  archive: 'archive',
  deleted: 'deleteditems',
};

export const office365App: NonNullable<Config['office365']> = {
  clientId: CLIENT,
  clientSecret: SECRET,
  certificate: null,
  tenant: 'organizations',
  loginOrigin: LOGIN_ORIGIN,
  graphOrigin: GRAPH_ORIGIN,
};

export function createOffice365Hands(now: () => number, chance: Chance): MailHands {
  const simulator = createOffice365Simulator({
    now,
    random: chance,
    loginOrigin: LOGIN_ORIGIN,
    graphOrigin: GRAPH_ORIGIN,
    wait: () => Promise.resolve(),
    settings: { repeatProbability: chance.pick([0, 0, 0.3]), deltaPageMax: chance.pick([3, 1_000]) },
  });
  simulator.addApplication({
    clientId: CLIENT,
    secrets: [{ value: SECRET }],
    redirectUris: [REDIRECTS.office365],
  });
  return {
    service: 'office365',
    origins: [LOGIN_ORIGIN, GRAPH_ORIGIN],
    faults: simulator.faults,
    requests: simulator.requests,
    fetch: simulator.fetch,
    addMailbox({ address, aliases, password }) {
      simulator.addMailbox({ address, password, aliases: [...aliases] });
      for (const folder of ['Salesforce Emails', 'Inbox/Customers']) simulator.createFolder(address, folder);
    },
    authorise: (ports, { address, password }) =>
      consentByPost(ports, 'office365', address, simulator.fetch, {
        loginfmt: address,
        passwd: password,
        decision: 'accept',
      }),
    spotFor: (wanted) => wanted,
    givesMessageIds: true,
    deliver: (address, letter, { receivedAt, sensitivity, spot, categories, isMail }) =>
      simulator.deliver(address, FOLDERS[spot], renderLetter(letter, { sensitivity, isMail }), {
        receivedAt,
        categories: [...categories],
      }),
    move({ address, itemId }, to) {
      simulator.move(address, itemId, FOLDERS[to]);
      return itemId;
    },
    setCategories: ({ address, itemId }, categories) =>
      simulator.setCategories(address, itemId, [...categories]),
    setRead: ({ address, itemId }, isRead) => simulator.edit(address, itemId, { isRead }),
    setSensitivity: { cannot: 'Outlook sets it when a mail is written; Graph has no call for it' },
    removeForGood: ({ address, itemId }) => simulator.remove(address, itemId, 'hard'),
    itemsOf: keptByAddress((address) => office365HandsIn(simulator, address, isMarked)),
    spreadsMeetings: true,
    expireCursors: (address) =>
      simulator.expireDeltaTokens(
        address,
        undefined,
        chance.pick(['resyncRequired', 'syncStateNotFound', 'SyncStateInvalid']),
      ),
    expireAccess(address, ageMsMin) {
      const { tokens, settings } = simulator.world;
      for (const [value, { user, expiresAt }] of tokens.accessTokens)
        if (user?.mail === address && now() - (expiresAt - settings.accessTokenMs) >= ageMsMin)
          tokens.accessTokens.delete(value);
    },
    endReplacedTokens: () => {
      simulator.settings.oldRefreshTokens = 'refused';
    },
    faultOperations: [
      '$batch',
      '$batch',
      'messages.delta',
      'message.get',
      'message.update',
      'event.create',
      'event.update',
      'contact.create',
      'task.create',
      'entra.token',
      '*',
    ],
    drawEffect,
    throttling: (_random, backOffMs) => ({ kind: 'throttle', backOffMs }),
    readWait: (response) => Promise.resolve(Number(response.headers.get('retry-after') ?? 0) * SECOND),
    callerOf: (request) => callerByToken(request, (token) => userOf(token)),
    notified: () => simulator.notificationsSent().map(({ kind }) => `${kind} mailed people`),
    writes: () =>
      [...Object.keys(simulator.requests.counts()), ...Object.keys(simulator.batchItems.counts())].filter(
        (name) => /update|create|delete$|move|send|copy/i.test(name),
      ),
    forgetRequests() {
      simulator.requests.reset();
      simulator.batchItems.reset();
    },
    idleRequestsMax: 1,
  };

  function userOf(token: string): string {
    const { accessTokens, refreshTokens } = simulator.world.tokens;
    return (accessTokens.get(token) ?? refreshTokens.get(token))?.user?.mail ?? token;
  }
}

function drawEffect(chance: Chance): FaultEffect {
  return chance.pick<FaultEffect>([
    { kind: 'http', status: 500, body: 'json' },
    { kind: 'http', status: 502, body: 'empty' },
    { kind: 'http', status: 503, body: 'html' },
    { kind: 'http', status: 504, body: 'json' },
    { kind: 'drop' },
    { kind: 'lostReply' },
    { kind: 'garbage' },
    { kind: 'throttle', backOffMs: chance.between(1, 900) * SECOND },
    { kind: 'partial', nth: chance.between(1, 3), code: 'ApplicationThrottled' },
    { kind: 'partial', nth: chance.between(1, 3), code: 'ErrorInternalServerError' },
  ]);
}
