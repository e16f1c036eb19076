/** A simulated Exchange as people use it. */
import { createExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import type { FaultEffect } from '../../simulators/shared/faults.ts';
import { SECOND } from '../../src/model/clock.ts';
import { exchangeHandsIn } from '../support/exchange-items-world.ts';
import type { Chance } from './chance.ts';
import { renderLetter } from './letters.ts';
import { isMarked, keptByAddress, type LivingSpot, type MailHands } from './mail-hands.ts';

const ORIGIN = 'https://mail.contoso.test';
const FOLDERS: Readonly<Record<LivingSpot, string>> = {
  inbox: 'inbox',
  'inbox-below': 'Inbox/Customers',
  sent: 'sentitems',
  salesforce: 'Salesforce Emails',
  archive: 'Archive',
  deleted: 'deleteditems',
};
const OPERATIONS = [
  'GetItem',
  'GetItem',
  'SyncFolderItems',
  'GetFolder',
  'UpdateItem',
  'CreateItem',
  'SyncFolderHierarchy',
];

export function createExchangeHands(now: () => number, chance: Chance): MailHands {
  const simulator = createExchangeSimulator({
    now,
    random: chance,
    origin: ORIGIN,
    auth: ['basic'],
    wait: () => Promise.resolve(),
  });
  return {
    service: 'exchange',
    origins: [ORIGIN],
    faults: simulator.faults,
    requests: simulator.requests,
    fetch: simulator.fetch,
    addMailbox({ address, aliases, password }) {
      const [userName = ''] = address.split('@');
      simulator.addMailbox({ address, userName, password, aliases: [...aliases] });
      for (const folder of ['Salesforce Emails', 'Archive', 'Inbox/Customers'])
        simulator.createFolder(address, folder);
    },
    authorise: (_ports, { address, password }) =>
      Promise.resolve({
        kind: 'form',
        form: { login: address, password, ewsUrl: `${ORIGIN}/EWS/Exchange.asmx` },
      }),
    spotFor: (wanted) => wanted,
    givesMessageIds: false,
    deliver: (address, letter, { receivedAt, sensitivity, spot, categories, isMail }) =>
      simulator.deliver(address, FOLDERS[spot], renderLetter(letter), {
        receivedAt,
        sensitivity,
        categories: [...categories],
        ...(isMail ? {} : { itemClass: 'IPM.Schedule.Meeting.Request' }),
      }),
    move: ({ address, itemId }, to) => simulator.move(address, itemId, FOLDERS[to]),
    setCategories: ({ address, itemId }, categories) =>
      simulator.setCategories(address, itemId, [...categories]),
    setRead: ({ address, itemId }, isRead) => simulator.edit(address, itemId, { isRead }),
    setSensitivity: ({ address, itemId }, sensitivity) => simulator.edit(address, itemId, { sensitivity }),
    removeForGood: ({ address, itemId }) => simulator.remove(address, itemId, 'hard'),
    itemsOf: keptByAddress((address) => exchangeHandsIn(simulator, address, isMarked)),
    spreadsMeetings: false,
    expireCursors: (address) => simulator.expireSyncStates(address),
    expireAccess: null,
    endReplacedTokens: null,
    faultOperations: [...OPERATIONS, '*'],
    drawEffect,
    throttling: (random, backOffMs) => ({
      kind: 'throttle',
      backOffMs,
      form: random.pick(['fault', 'message', 'http']),
    }),
    readWait,
    callerOf: (request) => Promise.resolve(request.headers.get('authorization') ?? ''),
    notified: () =>
      simulator.notificationsSent().map((sent) => `${sent.operation} mailed ${sent.recipientCount} people`),
    writes: () =>
      Object.keys(simulator.requests.counts()).filter((name) =>
        /^(Create|Update|Delete|Move|Send)/.test(name),
      ),
    forgetRequests: () => simulator.requests.reset(),
    idleRequestsMax: 3,
  };
}

function drawEffect(chance: Chance): FaultEffect {
  return chance.pick<FaultEffect>([
    { kind: 'http', status: 500 },
    { kind: 'http', status: 502, body: 'empty' },
    { kind: 'http', status: 503, body: 'service' },
    { kind: 'drop' },
    { kind: 'lostReply' },
    { kind: 'garbage' },
    {
      kind: 'throttle',
      backOffMs: chance.between(1, 900) * SECOND,
      form: chance.pick(['fault', 'message', 'http']),
    },
    { kind: 'service', code: 'ErrorInternalServerError', form: 'fault' },
    { kind: 'service', code: 'ErrorInternalServerError', form: 'message' },
    { kind: 'service', code: 'ErrorTimeoutExpired', form: 'message' },
    { kind: 'partial', nth: chance.between(1, 3), code: 'ErrorInternalServerError' },
    { kind: 'partial', nth: chance.between(1, 3), code: 'ErrorMailboxStoreUnavailable' },
    { kind: 'partial', nth: chance.between(1, 3), code: 'ErrorItemCorrupt' },
  ]);
}

/** In a SOAP fault, in a response message, or in a header. */
async function readWait(response: Response): Promise<number> {
  const header = Number(response.headers.get('retry-after') ?? 0) * SECOND;
  const text = await response.clone().text();
  return Math.max(header, Number(/BackOffMilliseconds"[^>]*>(\d+)</.exec(text)?.[1] ?? 0));
}
