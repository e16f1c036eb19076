/**
 * A world of two ways from one seed: colleagues with mailboxes in memory, one CRM in memory, a real database. People make, change and delete on both
 * sides; what each of them last wrote is remembered, for the comparison at the end.
 */
import { DAY, HOUR, MINUTE } from '../../../src/model/clock.ts';
import type { Collection, FieldName } from '../../../src/model/collection.ts';
import type { ItemId, RecordId } from '../../../src/model/ids.ts';
import type { Database } from '../../../src/store/database.ts';
import { inOrganization } from '../../../src/store/database.ts';
import { readPairsByItems, readPairsByRecords } from '../../../src/store/pairs.ts';
import type { MemoryItem } from '../../support/memory-items.ts';
import type { MemoryRecord } from '../../support/memory-records.ts';
import { type Colleague, openTwoWayScene, type TwoWayScene } from '../../support/two-way-scene.ts';
import type { Chance } from '../chance.ts';

/** What people edit; `description` and `notes` carry the token that tells one thing from another, and nobody edits them. */
export const editedFields: { readonly [Name in Collection]: readonly FieldName[] } = {
  events: ['subject', 'location', 'time', 'showAs'],
  contacts: ['firstName', 'phone', 'title', 'city'],
  tasks: ['subject', 'due', 'priority'],
};
export const tokenField = { events: 'description', contacts: 'notes', tasks: 'description' } as const;

export interface Edit {
  readonly side: 'item' | 'record';
  readonly text: string;
  readonly at: number;
}

/** Edits of one field of one thing since both sides were last known to agree. */
export type Edits = Map<string, Edit[]>;

export interface World {
  readonly seed: number;
  readonly db: Database;
  readonly scene: TwoWayScene;
  readonly chance: Chance;
  readonly edits: Edits;
  /** Things that somebody deleted on either side. */
  readonly deleted: Set<string>;
  /** When each mailbox last found a record that nobody had told it of. */
  readonly foundAt: Map<string, number>;
  /** Tokens that occurrences share. */
  readonly series: Set<string>;
  /** What was done, for a seed that breaks something. */
  readonly log: string[];
  tokens: number;
}

export async function openWorld(db: Database, seed: number, chance: Chance): Promise<World> {
  const colleagues = chance.between(1, 2);
  const scene = await openTwoWayScene(db, `two-way-seed-${seed}-${crypto.randomUUID()}`, { colleagues });
  const world: World = {
    seed,
    db,
    scene,
    chance,
    edits: new Map(),
    deleted: new Set(),
    foundAt: new Map(),
    series: new Set(),
    log: [],
    tokens: 0,
  };
  if (chance.flip(0.3)) scene.clock.mailboxesAheadMs = chance.between(-3 * MINUTE, 3 * MINUTE);
  for (const { mailbox } of scene.people) shapeMailbox(world, mailbox.personal);
  shapeCrm(world);
  return world;
}

/** Services differ in what they can hold: some worlds have poor ones. */
function shapeMailbox({ chance }: World, items: Colleague['mailbox']['personal']): void {
  items.seriesAs = chance.flip(0.5) ? 'lists' : 'single';
  items.pageItems = chance.pick([2, 5, 50]);
  items.refusesStaleWrites = chance.flip(0.7);
  if (chance.flip(0.3)) {
    const { priority: _, ...fields } = items.abilities.tasks.fields;
    items.abilities.tasks.fields = fields;
    const why = { able: false, reason: 'This one cannot.' } as const;
    items.abilities.tasks.categories = why;
    items.abilities.tasks.stamps = why;
    items.abilities.events.categories = why;
  }
  if (chance.flip(0.3))
    items.abilities.events.fields = {
      ...items.abilities.events.fields,
      showAs: {
        lengthMax: null,
        writable: true,
        words: { tentative: 'busy', elsewhere: 'busy', 'out-of-office': 'busy' },
      },
    };
}

function shapeCrm({ chance, scene: { org } }: World): void {
  const { records } = org;
  records.overlaps = chance.flip(0.3);
  records.hidesVersions = chance.flip(0.2);
  records.pageRecords = chance.pick([2, 5, 50]);
  const specs = records.abilities.events.fields;
  records.abilities.events.fields = {
    ...specs,
    showAs: { lengthMax: null, writable: true, words: { tentative: 'busy', elsewhere: 'busy' } },
    subject: { lengthMax: 20, writable: true },
  };
}

export function tokenOf(thing: Pick<MemoryItem | MemoryRecord, 'collection' | 'fields'>): string {
  return thing.fields[tokenField[thing.collection]] ?? '';
}

export function newToken(world: World): string {
  world.tokens += 1;
  return `#${world.tokens}`;
}

export function remember(
  world: World,
  thing: Pick<MemoryItem | MemoryRecord, 'collection' | 'fields'>,
  field: FieldName,
  edit: Omit<Edit, 'at'>,
): void {
  const key = `${tokenOf(thing)} ${field}`;
  const known = world.edits.get(key) ?? [];
  world.edits.set(key, [...known, { ...edit, at: world.scene.clock.now }]);
}

export function pass(world: World): void {
  const step = world.chance.pick([MINUTE, 10 * MINUTE, HOUR, DAY / 2]);
  world.scene.clock.now += step;
}

/** Pairs of these, in this person's mailbox. */
export async function pairsOf(
  world: World,
  { tenant }: Colleague,
  ids: { readonly items?: readonly ItemId[]; readonly records?: readonly RecordId[] },
) {
  return await inOrganization(world.db, tenant.organizationId, async (tx) => [
    ...(await readPairsByItems(tx, tenant.mailboxId, ids.items ?? [])),
    ...(await readPairsByRecords(tx, tenant.mailboxId, ids.records ?? [])),
  ]);
}
