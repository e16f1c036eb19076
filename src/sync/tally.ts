/**
 * Counts of a run while it goes on. The only mutable thing in this layer; it is turned into `RunCounts` at every checkpoint.
 */
import type { AnyCollection } from '../model/collection.ts';
import type { RunCounts } from '../model/run.ts';
import type { ItemCount } from '../model/telemetry.ts';
import type { VerdictCode } from '../model/verdict.ts';

const creating: ReadonlySet<VerdictCode> = new Set([
  'saved.created',
  'synced.created-record',
  'synced.created-item',
]);

export class Tally {
  readonly #byVerdict = new Map<VerdictCode, number>();
  readonly #byCollection = new Map<AnyCollection, Map<VerdictCode, number>>();
  #examined = 0;
  #created = 0;
  #files = 0;
  #issues = 0;
  #moved = 0;
  #removed = 0;

  /** One examined item and its verdict. */
  verdict(code: VerdictCode, times = 1, collection: AnyCollection = 'emails'): void {
    if (times === 0) return;
    this.#examined += times;
    this.#byVerdict.set(code, (this.#byVerdict.get(code) ?? 0) + times);
    const own = this.#byCollection.get(collection) ?? new Map<VerdictCode, number>();
    this.#byCollection.set(collection, own.set(code, (own.get(code) ?? 0) + times));
    if (creating.has(code)) this.#created += times;
    if (code === 'parked.issue') this.#issues += times;
  }

  /** Changes that a feed reported, our own writes apart. */
  moved(changes: number): void {
    this.#moved += changes;
  }

  get hasMoved(): boolean {
    return this.#moved > 0;
  }

  /** Records that followed their items. */
  removed(count: number): void {
    this.#removed += count;
  }

  files(count: number): void {
    this.#files += count;
  }

  /** An issue on an item that was saved nevertheless, such as one attachment too large. */
  issue(times = 1): void {
    this.#issues += times;
  }

  get examined(): number {
    return this.#examined;
  }

  /** The verdicts, each collection's apart. */
  items(): readonly ItemCount[] {
    return [...this.#byCollection].flatMap(([collection, own]) =>
      [...own].map(([verdict, count]) => ({ collection, verdict, count })),
    );
  }

  counts(requests: { readonly mailbox: number; readonly crm: number }): RunCounts {
    return {
      examined: this.#examined,
      created: this.#created,
      files: this.#files,
      ...(this.#removed === 0 ? {} : { removed: this.#removed }),
      issues: this.#issues,
      byVerdict: Object.fromEntries(this.#byVerdict),
      mailboxRequests: requests.mailbox,
      crmRequests: requests.crm,
    };
  }
}
