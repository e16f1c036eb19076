/** What must hold in a world of two ways after calm: both sides agree, nothing lost, nothing doubled, nobody notified. */
import { itemRules, screenItem, screenRecord } from '../../../src/decide/item-rules.ts';
import { agree } from '../../../src/decide/merge.ts';
import { reduceField } from '../../../src/model/canonical.ts';
import type { FieldName, FieldSpec } from '../../../src/model/collection.ts';
import type { ItemId } from '../../../src/model/ids.ts';
import type { MailboxItem } from '../../../src/model/mailbox-item.ts';
import type { Pair } from '../../../src/model/pair.ts';
import { inOrganization } from '../../../src/store/database.ts';
import { listIssues } from '../../../src/store/issues.ts';
import { listPairsOfFeed } from '../../../src/store/pairs.ts';
import { currentItem } from '../../support/memory-item-views.ts';
import { recordView } from '../../support/memory-records.ts';
import { rulesOfMailbox } from '../../support/memory-run.ts';
import type { Colleague } from '../../support/two-way-scene.ts';
import { type Edit, pairsOf, tokenOf, type World } from './world.ts';

/** One line per broken promise. */
export async function brokenPromises(world: World): Promise<readonly string[]> {
  const broken: string[] = [];
  const { scene } = world;
  for (const who of scene.people) {
    const { personal } = who.mailbox;
    if (personal.notifications > 0) broken.push(`${personal.notifications} notifications`);
    broken.push(...doublesOf(who));
    const pairs = await livePairs(world, who);
    broken.push(...disagreements(world, who, pairs));
    broken.push(...(await leftOut(world, who, pairs)));
  }
  broken.push(...doubledRecords(world));
  return broken;
}

/** Single items are told apart by their token: two with one token are a double, for people copy nothing here. */
function doublesOf({ address, mailbox }: Colleague): readonly string[] {
  const tokens = [...mailbox.personal.stored.values()].map(tokenOf);
  return tokens
    .filter((token, at) => tokens.indexOf(token) !== at)
    .map((token) => `${address}: item ${token} is doubled`);
}

function doubledRecords({ scene, series }: World): readonly string[] {
  const live = [...scene.org.records.stored.values()].filter(({ isDeleted }) => !isDeleted);
  const names = live.map((record) => `${tokenOf(record)} ${series.has(tokenOf(record)) ? record.key : ''}`);
  return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `record ${name} is doubled`);
}

async function livePairs(world: World, { tenant }: Colleague): Promise<readonly Pair[]> {
  const all: Pair[] = [];
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    let after: ItemId | null = null;
    for (;;) {
      const last: ItemId | null = after;
      const page: readonly Pair[] = await inOrganization(world.db, tenant.organizationId, (tx) =>
        listPairsOfFeed(tx, {
          mailboxId: tenant.mailboxId,
          collection,
          feedId: feedOf[collection],
          after: last,
          limit: 500,
        }),
      );
      all.push(...page);
      after = page.at(-1)?.itemId ?? null;
      if (page.length < 500) break;
    }
  }
  return all;
}

const feedOf = { events: 'calendar', contacts: 'contacts', tasks: 'tasks' } as const as Record<
  Pair['collection'],
  never
>;

function disagreements(world: World, who: Colleague, pairs: readonly Pair[]): readonly string[] {
  const broken: string[] = [];
  const { scene } = world;
  const { personal } = who.mailbox;
  for (const pair of pairs) {
    if (pair.role === 'member' || pair.itemId === null) continue;
    const item = currentItem(personal, pair.itemId);
    const stored = scene.org.records.stored.get(pair.recordId);
    if (item === null || stored === undefined || stored.isDeleted) {
      // A deletion of a colleague's record is in nobody's feed but his: the pair ends when its own item moves.
      if (item !== null && stored !== undefined && stored.ownerId !== who.userId) continue;
      broken.push(`${who.address}: pair of ${pair.itemId} and ${pair.recordId} outlived one of them`);
      continue;
    }
    const record = recordView(scene.org.records, stored);
    const isForeign = item.collection === 'events' && !item.isOrganizer;
    const isShut =
      item.collection === 'events' &&
      item.attendees.length > 0 &&
      !personal.abilities.events.meetingWrites.able;
    const itemSpecs = personal.abilities[pair.collection].fields;
    const recordSpecs = scene.org.records.abilities[pair.collection].fields;
    for (const [name, text] of Object.entries(item.fields)) {
      const field = name as FieldName;
      const [itemSpec, recordSpec, other] = [itemSpecs[field], recordSpecs[field], record.fields[field]];
      if (itemSpec === undefined || recordSpec === undefined || other === undefined || text === undefined)
        continue;
      const edits = world.edits.get(`${tokenOf(item)} ${field}`) ?? [];
      const isAgreed = agree(text, itemSpec, other, recordSpec);
      if (isFilled(world, who, pair, edits)) continue;
      if (!isAgreed && !isForeign && !isShut && recordSpec.writable)
        broken.push(`${who.address}: ${tokenOf(item)} ${field}: item "${text}", record "${other}"`);
      const isKept =
        isManys(item) ||
        world.deleted.has(tokenOf(item)) ||
        wasKept(edits, [text, other], [itemSpec, recordSpec]);
      if (!isKept)
        broken.push(
          `${who.address}: ${tokenOf(item)} ${field} is "${text}", but somebody last wrote "${edits.at(-1)?.text}"`,
        );
    }
  }
  return broken;
}

/**
 * A contact or task that was found, because a run died between making its record and noting the pair, is filled where it is empty: what somebody wrote
 * on one side in between stays different until the next edit, and what he cleared there comes back.
 */
function isFilled(world: World, who: Colleague, pair: Pair, edits: readonly Edit[]): boolean {
  const foundAt = world.foundAt.get(who.address);
  if (pair.made !== null || foundAt === undefined) return false;
  // An event follows the newer side, by the clocks of two services that may be minutes apart.
  if (pair.collection === 'events' && world.scene.clock.mailboxesAheadMs === 0) return false;
  return edits.length > 0 && edits.every(({ at }) => at <= foundAt);
}

/** Meetings have a copy for everybody, and occurrences share a token: whose edit is the last one is not told apart here. */
function isManys(item: MailboxItem): boolean {
  return item.collection === 'events' && (item.attendees.length > 0 || item.seriesId !== null);
}

function wasKept(edits: readonly Edit[], now: readonly string[], specs: readonly FieldSpec[]): boolean {
  if (edits.length === 0) return true;
  return lastEdits(edits).some((edit) =>
    now.some((text) => text === edit || specs.some((spec) => text === reduceField(edit, spec))),
  );
}

/** The last edit of each side, where both may have met; the last one of all is always among them. */
function lastEdits(edits: readonly Edit[]): readonly string[] {
  const sides = new Map(edits.map(({ side, text }) => [side, text]));
  return [...sides.values()];
}

/** Everything that the rules want has a pair or an issue. */
async function leftOut(world: World, who: Colleague, pairs: readonly Pair[]): Promise<readonly string[]> {
  const { scene } = world;
  const { personal } = who.mailbox;
  const rules = itemRules(rulesOfMailbox(who.mailbox), scene.clock.now);
  const issues = await inOrganization(world.db, who.tenant.organizationId, (tx) =>
    listIssues(tx, { mailboxId: who.tenant.mailboxId, limit: 500 }),
  );
  const noted = new Set(issues.map(({ itemId }) => itemId as string));
  const paired = new Set(pairs.flatMap(({ itemId, recordId }) => [itemId as string, recordId as string]));
  const broken: string[] = [];
  for (const { itemId } of personal.stored.values()) {
    const item = currentItem(personal, itemId);
    if (item === null || screenItem(item, rules) !== null) continue;
    if (paired.has(itemId) || noted.has(itemId) || world.deleted.has(tokenOf(item))) continue;
    const [ended] = await pairsOf(world, who, { items: [itemId] });
    if (ended === undefined) broken.push(`${who.address}: item ${tokenOf(item)} was left out`);
  }
  for (const stored of scene.org.records.stored.values()) {
    const record = recordView(scene.org.records, stored);
    const isHis = stored.ownerId === who.userId;
    if (!isHis || screenRecord({ ...record, isOwn: isHis }, rules) !== null) continue;
    if (
      paired.has(record.recordId) ||
      noted.has(`record:${record.recordId}`) ||
      world.deleted.has(tokenOf(record))
    )
      continue;
    const [ended] = await pairsOf(world, who, { records: [record.recordId] });
    if (ended === undefined) broken.push(`${who.address}: record ${tokenOf(record)} was left out`);
  }
  return broken;
}
