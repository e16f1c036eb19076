/**
 * What people do with mail in a simulated world (`thing-acts.ts` has the rest): mail comes, goes, moves, is marked and thrown away; contacts come and go; records are deleted. Each act
 * happens in the simulators and is written into the history, and the product hears of it only through the services. Acts are drawn from the script
 * and the history alone, so that every world of a seed has the same.
 */
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import type { Copy, Mail } from './history.ts';
import { currentStage } from './history.ts';
import { COMPANY_DOMAIN, CONTENT_WORD, type Letter } from './letters.ts';
import type { Delivery, LivingSpot, MailHands, Standing } from './mail-hands.ts';
import { actOnThings } from './thing-acts.ts';
import { BLOCKED_CUSTOMER, CUSTOMERS, type Person, type World } from './world.ts';

const SPOTS = ['inbox', 'inbox', 'inbox-below', 'sent', 'salesforce', 'archive', 'deleted'] as const;

/** One act, drawn by weight: half of them about mail. */
export function act(world: World): void {
  if (world.script.chance.flip(0.5)) {
    actOnThings(world);
    return;
  }
  world.history.tick += 1;
  const draw = world.script.chance.next();
  if (draw < 0.41) deliver(world);
  else if (draw < 0.57) withCopy(world, moveCopy);
  else if (draw < 0.66) withCopy(world, categorise);
  else if (draw < 0.73) withCopy(world, markPrivate);
  else if (draw < 0.79) withCopy(world, throwAway);
  else if (draw < 0.88) withCopy(world, touch);
  else if (draw < 0.95) changeContact(world);
  else deleteRecord(world);
}

/** A new mail, to one or several colleagues; sometimes twice to the same one. */
export function deliver(world: World): void {
  const { history, people, script } = world;
  const { chance } = script;
  const owner = chance.pick(people);
  const isSent = chance.flip(0.25);
  const letter = drawLetter(world, owner.address, isSent);
  const mail: Mail = { letter, copies: [], deleted: 'no', isUnwanted: false, deletedRecord: '' };
  history.mails.push(mail);
  const receivedAt =
    script.at - chance.pick([0, 0, 0, 12, 50, 1_200]) * HOUR - chance.between(1, 50) * MINUTE;
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
  put(world, mail, owner, how, isSent);
  if (chance.flip(0.1)) put(world, mail, owner, { ...how, spot: 'archive' }, false);
  for (const other of people)
    if (other !== owner && chance.flip(0.4))
      put(world, mail, other, { ...how, spot: isSent ? 'inbox' : how.spot }, false);
}

/** A plain mail from somebody to the first colleague's Inbox, or to everybody's, for fixed scenes. */
export function deliverLetter(
  world: World,
  given: {
    readonly from: string;
    readonly files: number;
    readonly hasMessageId: boolean;
    readonly toEverybody?: boolean;
  },
): void {
  const { history, people, conductor } = world;
  const [owner] = people;
  if (owner === undefined) throw new Error('a world without people');
  history.tick += 1;
  const mark = `${CONTENT_WORD}-${history.mails.length}-`;
  const letter: Letter = {
    mark,
    hasMessageId: given.hasMessageId,
    from: given.from,
    to: [owner.address],
    files: Array.from({ length: given.files }, (_, at) => `${mark}file${at}`),
    refused: false,
    sentAt: conductor.now() - HOUR,
  };
  const mail: Mail = { letter, copies: [], deleted: 'no', isUnwanted: false, deletedRecord: '' };
  history.mails.push(mail);
  const how: Delivery = {
    receivedAt: conductor.now() - MINUTE,
    sensitivity: 'Normal',
    spot: 'inbox',
    categories: [],
    isMail: true,
  };
  for (const one of given.toEverybody === true ? people : [owner]) put(world, mail, one, how, false);
}

function drawLetter({ script, history, mail }: World, owner: string, isSent: boolean): Letter {
  const { chance } = script;
  const mark = `${CONTENT_WORD}-${history.mails.length}-`;
  const outsider = chance.flip(0.1)
    ? BLOCKED_CUSTOMER
    : chance.flip(0.1)
      ? `boss@${COMPANY_DOMAIN}`
      : chance.pick(CUSTOMERS);
  return {
    mark,
    hasMessageId: !chance.flip(0.15) || mail.some(({ givesMessageIds }) => givesMessageIds),
    from: isSent ? owner : outsider,
    to: [isSent ? outsider : owner],
    files: chance.flip(0.3)
      ? Array.from({ length: chance.between(1, 2) }, (_, at) => `${mark}file${at}`)
      : [],
    refused: chance.flip(0.06),
    sentAt: script.at - HOUR,
  };
}

function put(world: World, mail: Mail, owner: Person, given: Delivery, isSent: boolean): void {
  const how = { ...given, spot: owner.hands.spotFor(given.spot, isSent) };
  const itemId = owner.hands.deliver(owner.address, mail.letter, how);
  const { receivedAt, isMail, spot, sensitivity, categories } = how;
  const stage = { tick: world.history.tick, spot, sensitivity, categories };
  mail.copies.push({ mailbox: owner.address, isSent, receivedAt, isMail, itemId, stages: [stage] });
}

/** A copy in the hands of its owner. */
interface Held {
  readonly copy: Copy;
  readonly standing: Standing;
  readonly hands: MailHands;
}

function hold(world: World, copy: Copy): Held {
  const owner = world.people.find(({ address }) => address === copy.mailbox);
  const { spot, categories } = currentStage(copy);
  if (owner === undefined || spot === 'nowhere') throw new Error('a copy that nobody holds');
  const { mailbox: address, itemId, isSent } = copy;
  return { copy, hands: owner.hands, standing: { address, itemId, spot, categories, isSent } };
}

function withCopy(world: World, change: (world: World, held: Held) => void): void {
  const copies = world.history.mails
    .flatMap((mail) => mail.copies)
    .filter((copy) => currentStage(copy).spot !== 'nowhere');
  if (copies.length > 0) change(world, hold(world, world.script.chance.pick(copies)));
}

function enter(world: World, copy: Copy, change: Partial<Omit<Copy['stages'][number], 'tick'>>): void {
  copy.stages.push({ ...currentStage(copy), ...change, tick: world.history.tick });
}

function moveCopy(world: World, held: Held): void {
  moveTo(world, held, world.script.chance.pick(SPOTS));
}

function moveTo(world: World, { copy, standing, hands }: Held, wanted: LivingSpot): void {
  const spot = hands.spotFor(wanted, copy.isSent);
  if (spot === standing.spot) return;
  copy.itemId = hands.move(standing, spot);
  enter(world, copy, { spot });
}

/** Its owner drags it elsewhere. */
export function dragTo(world: World, copy: Copy, spot: LivingSpot): void {
  world.history.tick += 1;
  moveTo(world, hold(world, copy), spot);
}

/** Its owner drags it into the folder (or gives it the label) that says: save this. */
export function chooseForSaving(world: World, copy: Copy): void {
  dragTo(world, copy, 'salesforce');
}

function categorise(world: World, { copy, standing, hands }: Held): void {
  const categories = world.script.chance.flip(0.7) ? ['Salesforce'] : ['Holiday'];
  hands.setCategories(standing, categories);
  enter(world, copy, { categories });
}

function markPrivate(world: World, { copy, standing, hands }: Held): void {
  if (typeof hands.setSensitivity !== 'function') return;
  const sensitivity = currentStage(copy).sensitivity === 'Normal' ? 'Private' : 'Normal';
  hands.setSensitivity(standing, sensitivity);
  enter(world, copy, { sensitivity });
}

function throwAway(world: World, { copy, standing, hands }: Held): void {
  hands.removeForGood(standing);
  enter(world, copy, { spot: 'nowhere' });
}

/** Read or unread: no change to the mail. */
function touch(world: World, { standing, hands }: Held): void {
  hands.setRead(standing, world.script.chance.flip(0.5));
}

function changeContact(world: World): void {
  const { salesforce, history, script } = world;
  const address = script.chance.pick(CUSTOMERS);
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

/** Somebody deletes a saved mail in Salesforce, if it is there by then; it must not come back. */
function deleteRecord(world: World): void {
  const { history, salesforce, script, traits } = world;
  if (history.mails.length === 0) return;
  const mail = script.chance.pick(history.mails);
  mail.isUnwanted = true;
  const object = traits.enhancedEmail ? 'EmailMessage' : 'Task';
  const record = salesforce
    .records(object)
    .find(({ Subject }) => String(Subject ?? '').includes(mail.letter.mark));
  if (record === undefined) return;
  salesforce.remove(String(record.Id), object);
  mail.deleted = 'unlinked';
  mail.deletedRecord = String(record.Id);
}
