/**
 * What people do in a simulated world: mail comes, goes, moves, is marked and thrown away; contacts come and go; records are deleted. Each act
 * happens in the simulators and is written into the history, and the product hears of it only through the services.
 */
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import type { Copy, Mail, Sensitivity, Spot } from './history.ts';
import { currentStage } from './history.ts';
import { COMPANY_DOMAIN, CONTENT_WORD, type Letter, renderLetter } from './letters.ts';
import { BLOCKED_CUSTOMER, CUSTOMERS, type World } from './world.ts';

const FOLDERS: Readonly<Record<Exclude<Spot, 'nowhere'>, string>> = {
  inbox: 'inbox',
  'inbox-below': 'Inbox/Customers',
  sent: 'sentitems',
  salesforce: 'Salesforce Emails',
  archive: 'Archive',
  deleted: 'deleteditems',
};
const SPOTS = ['inbox', 'inbox', 'inbox-below', 'sent', 'salesforce', 'archive', 'deleted'] as const;

/** One act, drawn by weight. */
export function act(world: World): void {
  world.history.tick += 1;
  const draw = world.chance.next();
  if (draw < 0.4) deliver(world);
  else if (draw < 0.55) withCopy(world, moveCopy);
  else if (draw < 0.63) withCopy(world, categorise);
  else if (draw < 0.7) withCopy(world, markPrivate);
  else if (draw < 0.76) withCopy(world, throwAway);
  else if (draw < 0.84) withCopy(world, touch);
  else if (draw < 0.9) changeContact(world);
  else if (draw < 0.95) deleteRecord(world);
  else forget(world);
}

/** A new mail, to one or several colleagues; sometimes twice to the same one. */
export function deliver(world: World): void {
  const { chance, history, people } = world;
  const owner = chance.pick(people);
  const isSent = chance.flip(0.25);
  const letter = drawLetter(world, owner.address, isSent);
  const mail: Mail = { letter, copies: [], deleted: 'no', deletedRecord: '' };
  history.mails.push(mail);
  const receivedAt =
    world.conductor.now() - chance.pick([0, 0, 0, 12, 50, 1_200]) * HOUR - chance.between(1, 50) * MINUTE;
  const sensitivity = chance.flip(0.12)
    ? chance.pick(['Private', 'Personal', 'Confidential'] as const)
    : 'Normal';
  const how = {
    receivedAt,
    sensitivity,
    spot: isSent
      ? 'sent'
      : chance.pick(['inbox', 'inbox', 'inbox', 'inbox-below', 'salesforce', 'archive'] as const),
    categories: chance.flip(0.1) ? ['Salesforce'] : [],
    isMail: !chance.flip(0.05),
  } satisfies Delivery;
  put(world, mail, owner.address, how);
  if (chance.flip(0.1)) put(world, mail, owner.address, { ...how, spot: 'archive' });
  for (const other of people)
    if (other !== owner && chance.flip(0.4))
      put(world, mail, other.address, { ...how, spot: isSent ? 'inbox' : how.spot });
}

/** A plain mail from somebody to the first colleague's Inbox, for fixed scenes. */
export function deliverLetter(
  world: World,
  given: { readonly from: string; readonly files: number; readonly hasMessageId: boolean },
): void {
  const { history, people, conductor } = world;
  const owner = people[0]?.address ?? '';
  history.tick += 1;
  const mark = `${CONTENT_WORD}-${history.mails.length}-`;
  const letter: Letter = {
    mark,
    hasMessageId: given.hasMessageId,
    from: given.from,
    to: [owner],
    files: Array.from({ length: given.files }, (_, at) => `${mark}file${at}`),
    refused: false,
    sentAt: conductor.now() - HOUR,
  };
  const mail: Mail = { letter, copies: [], deleted: 'no', deletedRecord: '' };
  history.mails.push(mail);
  put(world, mail, owner, {
    receivedAt: conductor.now() - MINUTE,
    sensitivity: 'Normal',
    spot: 'inbox',
    categories: [],
    isMail: true,
  });
}

interface Delivery {
  readonly receivedAt: number;
  readonly sensitivity: Sensitivity;
  readonly spot: Exclude<Spot, 'nowhere'>;
  readonly categories: readonly string[];
  readonly isMail: boolean;
}

function drawLetter({ chance, history, conductor }: World, owner: string, isSent: boolean): Letter {
  const mark = `${CONTENT_WORD}-${history.mails.length}-`;
  const outsider = chance.flip(0.1)
    ? BLOCKED_CUSTOMER
    : chance.flip(0.1)
      ? `boss@${COMPANY_DOMAIN}`
      : chance.pick(CUSTOMERS);
  return {
    mark,
    hasMessageId: !chance.flip(0.15),
    from: isSent ? owner : outsider,
    to: [isSent ? outsider : owner],
    files: chance.flip(0.3)
      ? Array.from({ length: chance.between(1, 2) }, (_, at) => `${mark}file${at}`)
      : [],
    refused: chance.flip(0.06),
    sentAt: conductor.now() - HOUR,
  };
}

function put(world: World, mail: Mail, mailbox: string, how: Delivery): void {
  const { receivedAt, sensitivity, spot, categories, isMail } = how;
  const itemId = world.exchange.deliver(mailbox, FOLDERS[spot], renderLetter(mail.letter), {
    receivedAt,
    sensitivity,
    categories: [...categories],
    ...(isMail ? {} : { itemClass: 'IPM.Schedule.Meeting.Request' }),
  });
  const stage = { tick: world.history.tick, spot, sensitivity, categories };
  mail.copies.push({ mailbox, receivedAt, isMail, itemId, stages: [stage] });
}

function withCopy(world: World, change: (world: World, copy: Copy) => void): void {
  const copies = world.history.mails
    .flatMap((mail) => mail.copies)
    .filter((copy) => currentStage(copy).spot !== 'nowhere');
  if (copies.length > 0) change(world, world.chance.pick(copies));
}

function enter(world: World, copy: Copy, change: Partial<Omit<Copy['stages'][number], 'tick'>>): void {
  copy.stages.push({ ...currentStage(copy), ...change, tick: world.history.tick });
}

function moveCopy(world: World, copy: Copy): void {
  const spot = world.chance.pick(SPOTS);
  if (spot === currentStage(copy).spot) return;
  copy.itemId = world.exchange.move(copy.mailbox, copy.itemId, FOLDERS[spot]);
  enter(world, copy, { spot });
}

function categorise(world: World, copy: Copy): void {
  const categories = world.chance.flip(0.7) ? ['Salesforce'] : ['Holiday'];
  world.exchange.setCategories(copy.mailbox, copy.itemId, categories);
  enter(world, copy, { categories });
}

function markPrivate(world: World, copy: Copy): void {
  const sensitivity = currentStage(copy).sensitivity === 'Normal' ? 'Private' : 'Normal';
  world.exchange.edit(copy.mailbox, copy.itemId, { sensitivity });
  enter(world, copy, { sensitivity });
}

function throwAway(world: World, copy: Copy): void {
  world.exchange.remove(copy.mailbox, copy.itemId, 'hard');
  enter(world, copy, { spot: 'nowhere' });
}

/** Read or unread: no change to the mail. */
function touch(world: World, copy: Copy): void {
  world.exchange.edit(copy.mailbox, copy.itemId, { isRead: world.chance.flip(0.5) });
}

function changeContact(world: World): void {
  const { salesforce, history, chance } = world;
  const address = chance.pick(CUSTOMERS);
  const turns = history.known.get(address) ?? [];
  const last = turns.at(-1);
  if (last?.isKnown === true) {
    salesforce.remove(last.recordId, 'Contact');
    turns.push({ tick: history.tick, isKnown: false, recordId: '' });
  } else {
    const [recordId = ''] = salesforce.insert('Contact', [
      { LastName: `${CONTENT_WORD} customer`, Email: address },
    ]);
    turns.push({ tick: history.tick, isKnown: true, recordId });
  }
  history.known.set(address, turns);
}

/** Somebody deletes a saved mail in Salesforce; it must not come back. */
function deleteRecord(world: World): void {
  const object = world.traits.enhancedEmail ? 'EmailMessage' : 'Task';
  const records = world.salesforce.records(object);
  if (records.length === 0) return;
  const record = world.chance.pick(records);
  const mail = world.history.mails.find((one) => String(record.Subject ?? '').includes(one.letter.mark));
  if (mail === undefined) return;
  world.salesforce.remove(String(record.Id), object);
  mail.deleted = 'unlinked';
  mail.deletedRecord = String(record.Id);
}

/** What services forget by themselves. */
function forget(world: World): void {
  if (world.chance.flip(0.5)) world.salesforce.endSessions();
  else world.exchange.expireSyncStates(world.chance.pick(world.people).address);
}
