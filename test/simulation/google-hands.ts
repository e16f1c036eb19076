/** A simulated Google account with Gmail as people use it, the consent page included. */
import { createGoogleSimulator } from '../../simulators/google/simulator.ts';
import type { FaultEffect } from '../../simulators/shared/faults.ts';
import { HOUR, SECOND } from '../../src/model/clock.ts';
import type { Config } from '../../src/server/config.ts';
import { googleHandsIn } from '../support/google-items-world.ts';
import type { Chance } from './chance.ts';
import { callerByToken, consentByPost, REDIRECTS } from './consent.ts';
import { COMPANY_DOMAIN, renderLetter } from './letters.ts';
import { isMarked, keptByAddress, type LivingSpot, type MailHands, type Standing } from './mail-hands.ts';

const ACCOUNTS_ORIGIN = 'https://accounts.google.test';
const TOKEN_ORIGIN = 'https://oauth2.googleapis.test';
const GMAIL_ORIGIN = 'https://gmail.googleapis.test';
const CLIENT = 'lockstep.apps.googleusercontent.test';
const SECRET = 'client secret';
const SALESFORCE_LABEL = 'Salesforce Emails';
/** Labels stand for categories; the system's own mark where a mail lies. */
const CATEGORY_LABELS = ['Salesforce', 'Holiday', 'Sync Error'];
const LABELS: Readonly<Record<LivingSpot, readonly string[]>> = {
  inbox: ['INBOX'],
  'inbox-below': ['INBOX'],
  sent: ['SENT'],
  salesforce: [SALESFORCE_LABEL],
  archive: [],
  deleted: ['TRASH'],
};

export const googleApp: NonNullable<Config['google']> = {
  clientId: CLIENT,
  clientSecret: SECRET,
  serviceAccount: null,
  accountsOrigin: ACCOUNTS_ORIGIN,
  tokenOrigin: TOKEN_ORIGIN,
  gmailOrigin: GMAIL_ORIGIN,
  unitsPerMinute: 6_000,
};

export function createGoogleHands(now: () => number, chance: Chance): MailHands {
  const simulator = createGoogleSimulator({
    now,
    random: chance,
    accountsOrigin: ACCOUNTS_ORIGIN,
    apiOrigin: GMAIL_ORIGIN,
    wait: () => Promise.resolve(),
  });
  simulator.addDomain(COMPANY_DOMAIN);
  simulator.addClient({ clientId: CLIENT, clientSecret: SECRET, redirectUris: [REDIRECTS.google] });
  return {
    service: 'google',
    origins: [ACCOUNTS_ORIGIN, TOKEN_ORIGIN, GMAIL_ORIGIN],
    faults: simulator.faults,
    requests: simulator.requests,
    fetch: simulator.fetch,
    addMailbox({ address, aliases, password }) {
      simulator.addAccount({ email: address, password, aliases: [...aliases] });
      for (const label of [SALESFORCE_LABEL, ...CATEGORY_LABELS]) simulator.createLabel(address, label);
    },
    authorise: (ports, { address, password }) =>
      consentByPost(ports, 'google', address, simulator.fetch, {
        email: address,
        password,
        decision: 'allow',
        granted: 'all',
      }),
    spotFor,
    givesMessageIds: false,
    deliver: (address, letter, { receivedAt, sensitivity, spot, categories, isMail }) =>
      simulator.deliver(address, Buffer.from(renderLetter(letter, { sensitivity, isMail })), {
        receivedAt,
        labels: [...LABELS[spot], ...categories],
      }),
    move(copy, to) {
      // A mail that its owner sent is so for ever; only the other labels come and go.
      const kept = (labels: readonly string[]) => labels.filter((label) => label !== 'SENT');
      simulator.changeLabels(copy.address, copy.itemId, kept(LABELS[to]), kept(LABELS[copy.spot]));
      return copy.itemId;
    },
    setCategories: ({ address, itemId }, categories) =>
      simulator.changeLabels(
        address,
        itemId,
        [...categories],
        CATEGORY_LABELS.filter((label) => !categories.includes(label)),
      ),
    setRead: ({ address, itemId }, isRead) =>
      simulator.changeLabels(address, itemId, isRead ? [] : ['UNREAD'], isRead ? ['UNREAD'] : []),
    setSensitivity: { cannot: 'it is a header of the mail, and a mail in Gmail never changes' },
    removeForGood: ({ address, itemId }: Standing) => simulator.remove(address, itemId),
    itemsOf: keptByAddress((address) => googleHandsIn(simulator, address, isMarked)),
    spreadsMeetings: true,
    expireCursors(address) {
      simulator.expireHistory(address);
      simulator.expireCalendarTokens(address);
      simulator.expireContactTokens(address);
    },
    expireAccess(address, ageMsMin) {
      const { access } = simulator.world.tokens;
      for (const [value, { account, expiresAt }] of access)
        if (account?.email === address && now() - (expiresAt - HOUR) >= ageMsMin) access.delete(value);
    },
    endReplacedTokens: null,
    faultOperations: [
      ...['batch', 'batch', 'gmail.users.history.list', 'gmail.users.messages.list'],
      ...[
        'gmail.users.messages.get',
        'gmail.users.labels.list',
        'oauth.token',
        '*',
        'calendar.*',
        'people.*',
        'tasks.*',
      ],
    ],
    drawEffect,
    throttling: (random, backOffMs) => ({
      kind: 'throttle',
      backOffMs,
      ...(random.flip(0.5) ? { form: 'http' as const } : {}),
    }),
    readWait: (response) => readWait(response, now()),
    callerOf: async (request) =>
      `${await callerByToken(request, (token) => userOf(token))} ${apiOf(new URL(request.url).pathname)}`,
    notified: () => simulator.notificationsSent().map(() => 'a mail was sent'),
    writes: () =>
      [...Object.keys(simulator.requests.counts()), ...Object.keys(simulator.parts.counts())].filter((name) =>
        /modify|insert|import|delete|trash|send|create|patch|update/i.test(name),
      ),
    forgetRequests() {
      simulator.requests.reset();
      simulator.parts.reset();
    },
    // One for the history of mail, and one for each collection: Google's APIs are not asked together.
    idleRequestsMax: 4,
  };

  function userOf(token: string): string {
    const { access, refresh } = simulator.world.tokens;
    return (access.get(token) ?? refresh.get(token))?.account?.email ?? token;
  }
}

/** There is no folder below the Inbox; and what its owner sent lies in *Sent*, unless it is in the trash or labelled for us. */
function spotFor(wanted: LivingSpot, isSent: boolean): LivingSpot {
  if (wanted === 'salesforce' || wanted === 'deleted') return wanted;
  if (isSent) return 'sent';
  if (wanted === 'sent') return 'archive';
  return wanted === 'inbox-below' ? 'inbox' : wanted;
}

function drawEffect(chance: Chance): FaultEffect {
  return chance.pick<FaultEffect>([
    { kind: 'http', status: 500, body: 'json' },
    { kind: 'http', status: 502, body: 'html' },
    { kind: 'http', status: 503, body: 'json' },
    { kind: 'drop' },
    { kind: 'lostReply' },
    { kind: 'garbage' },
    { kind: 'throttle', backOffMs: chance.between(1, 900) * SECOND },
    { kind: 'partial', nth: chance.between(1, 3), code: 'rateLimitExceeded' },
    { kind: 'partial', nth: chance.between(1, 3), code: 'backendError' },
  ]);
}

/** Each of Google's APIs has a quota of its own, and its wish to be left alone binds none of the others. */
function apiOf(path: string): string {
  return (
    /^\/(?:batch\/)?(gmail|calendar|tasks)\//.exec(path)?.[1] ?? (path.startsWith('/v1/') ? 'people' : '')
  );
}

/** In a header, or only in a sentence with an instant. */
async function readWait(response: Response, now: number): Promise<number> {
  if (response.status !== 429 && response.status !== 403) return 0;
  const header = Number(response.headers.get('retry-after') ?? 0) * SECOND;
  const until = /Retry after ([0-9TZ:.-]+)/.exec(await response.clone().text())?.[1];
  return Math.max(header, until === undefined ? 0 : Date.parse(until) - now);
}
