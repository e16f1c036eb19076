/**
 * What a programmer writes who keeps a mailbox and Salesforce in step with the vendors' own clients: asks each side for what changed, carries it over, remembers the
 * pairs in memory. It has no rules, no conflicts, no deletions and no crashes to survive: the least that such a program may be.
 */
import type { BenchItem } from '../items.ts';

export interface Thing {
  readonly id: string;
  readonly item: BenchItem;
}

/** One side through its vendor's client. */
export interface VendorSide {
  /** What changed since the last call; everything, the first time. */
  changed(): Promise<readonly Thing[]>;
  /** Makes things; gives their ids in the same order. */
  make(items: readonly BenchItem[]): Promise<readonly string[]>;
  /** Writes the new `line` of things. */
  change(things: readonly Thing[]): Promise<void>;
}

interface Known {
  readonly other: string;
  readonly line: string;
}

export class VendorSync {
  readonly #mailbox: VendorSide;
  readonly #crm: VendorSide;
  readonly #ofItem = new Map<string, Known>();
  readonly #ofRecord = new Map<string, Known>();

  constructor(mailbox: VendorSide, crm: VendorSide) {
    this.#mailbox = mailbox;
    this.#crm = crm;
  }

  get pairs(): number {
    return this.#ofItem.size;
  }

  async run(): Promise<void> {
    const [ups, downs] = [await this.#mailbox.changed(), await this.#crm.changed()];
    await this.#carry(ups, this.#ofItem, this.#ofRecord, this.#crm);
    await this.#carry(downs, this.#ofRecord, this.#ofItem, this.#mailbox);
  }

  async #carry(
    things: readonly Thing[],
    own: Map<string, Known>,
    others: Map<string, Known>,
    to: VendorSide,
  ): Promise<void> {
    const fresh = things.filter(({ id }) => !own.has(id));
    const made = fresh.length === 0 ? [] : await to.make(fresh.map(({ item }) => item));
    for (const [at, { id, item }] of fresh.entries()) pair(own, others, id, made[at] ?? '', item.line);
    // What was written by this program comes back with the words that it has.
    const edits = things.flatMap(({ id, item }) => {
      const known = own.get(id);
      return known === undefined || known.line === item.line ? [] : [{ id, other: known.other, item }];
    });
    if (edits.length > 0) await to.change(edits.map(({ other, item }) => ({ id: other, item })));
    for (const { id, other, item } of edits) pair(own, others, id, other, item.line);
  }
}

function pair(
  own: Map<string, Known>,
  others: Map<string, Known>,
  id: string,
  other: string,
  line: string,
): void {
  own.set(id, { other, line });
  others.set(other, { other: id, line });
}

/** In pieces of `size`. */
export function piecesOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}
