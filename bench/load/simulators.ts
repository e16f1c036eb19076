/**
 * The simulated services of the load, in a process of their own: over TLS, with a latency that every answer waits, and with people who have a little of
 * everything. What they are asked is counted here.
 */
import { deliverTo } from '../../sandbox/deliver.ts';
import { createLeapingTime } from '../../sandbox/leaping-time.ts';
import { createServices, type Services, serveServices } from '../../sandbox/simulated-services.ts';
import { answerOrders } from '../fork-process.ts';
import {
  addRecords,
  benchCollections,
  benchItem,
  changeRecord,
  type MailboxHands,
  mailboxHands,
} from '../items.ts';
import { benchMail } from '../mail.ts';
import { resetCounts, seedContacts } from '../stage.ts';
import type { SimulatorsAnswer, SimulatorsOrder } from './messages.ts';
import { loadPeople } from './people.ts';

const UNBOUND = 1_000_000_000;
const MAILS_EACH = 10;
const MAILS_NEW = 3;
/** In the mailbox, and in Salesforce, of each collection. */
const ITEMS_EACH = 2;

interface Life {
  readonly hands: MailboxHands;
  readonly items: Record<string, string>;
  readonly records: Record<string, string>;
  mails: number;
}

const time = createLeapingTime();
let latencyMs = 0;
let services: Services | null = null;
let seed = 1;
let round = 0;
const lives: Life[] = [];

answerOrders(carryOut);

async function carryOut(order: SimulatorsOrder): Promise<SimulatorsAnswer> {
  if (order.do === 'open') return await open(order);
  if (services === null) throw new Error('not open');
  if (order.do === 'fill') fill(services);
  else if (order.do === 'latency') latencyMs = order.ms;
  else if (order.do === 'leap') time.leap(order.ms);
  else if (order.do === 'change') return { changed: change(services, order.oneIn) };
  else if (order.do === 'reset') resetCounts(services);
  else return read(services);
  return {};
}

async function open(order: SimulatorsOrder & { readonly do: 'open' }): Promise<SimulatorsAnswer> {
  seed = order.seed;
  services = createServices({
    now: time.now,
    seed,
    redirectUris: order.redirectUris,
    gmailUnitsPerMinute: UNBOUND,
    people: loadPeople(order.people),
  });
  services.office365.settings.callsPerWindowMax = UNBOUND;
  services.salesforce.changeSettings({ dailyApiRequests: UNBOUND });
  seedContacts(services);
  const at = { host: 'localhost', tls: order.tls, latencyMs: () => latencyMs };
  const served = await serveServices(services, { exchange: at, office365: at, google: at, salesforce: at });
  const { exchange, office365, google, salesforce } = served;
  return {
    origins: {
      exchange: exchange.origin,
      office365: office365.origin,
      google: google.origin,
      salesforce: salesforce.origin,
    },
  };
}

function fill(given: Services): void {
  const users = new Map(given.salesforce.records('User').map(({ Username, Id }) => [Username, String(Id)]));
  for (const [index, owner] of given.people.entries()) {
    const life: Life = { hands: mailboxHands(given, owner), items: {}, records: {}, mails: 0 };
    deliver(given, index, life, MAILS_EACH);
    for (const collection of benchCollections)
      for (let at = 0; at < ITEMS_EACH; at += 1) {
        const number = index * ITEMS_EACH + at;
        const item = benchItem(collection, 'mailbox', number, time.now());
        life.items[collection] = life.hands.add(collection, item);
        const record = benchItem(collection, 'salesforce', number, time.now());
        const [id] = addRecords(given, users.get(owner.salesforceUsername) ?? '', collection, [record]);
        life.records[collection] = id ?? '';
      }
    lives.push(life);
  }
}

function deliver(given: Services, index: number, life: Life, count: number): void {
  const owner = given.people[index];
  if (owner === undefined) return;
  const mails = benchMail({
    kind: 'mix',
    count,
    owner: owner.address,
    now: time.now(),
    seed: seed + index * 1_000 + life.mails,
    from: life.mails,
  });
  for (const mail of mails) deliverTo(given, owner, mail);
  life.mails += count;
}

/** Gives how many things changed. Other mailboxes each round. */
function change(given: Services, oneIn: number): number {
  round += 1;
  let changed = 0;
  for (const [index, life] of lives.entries()) {
    if ((index + round) % oneIn !== 0) continue;
    deliver(given, index, life, MAILS_NEW);
    changed += MAILS_NEW;
    for (const collection of benchCollections) {
      const number = index * ITEMS_EACH + ITEMS_EACH - 1;
      const item = benchItem(collection, 'mailbox', number, time.now(), round);
      life.hands.change(collection, life.items[collection] ?? '', item);
      const record = benchItem(collection, 'salesforce', number, time.now(), round);
      changeRecord(given, collection, life.records[collection] ?? '', record);
      changed += 2;
    }
  }
  return changed;
}

function read({ exchange, office365, google, salesforce }: Services): SimulatorsAnswer {
  const totals = [exchange, office365, google, salesforce].map((one) => one.requests.totals());
  return {
    requests: {
      exchange: exchange.requests.count(),
      office365: office365.requests.count(),
      google: google.requests.count(),
      salesforce: salesforce.requests.count(),
    },
    bytes: totals.reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0),
  };
}
