/**
 * What a part of a collection has come to so far: pairs, verdicts, issues and the categories that items are to get. A checkpoint takes it as its
 * payment; every key that enters leaves with one verdict.
 */
import { deservesMark, retryAt } from '../../decide/retry.ts';
import { hasCategory } from '../../decide/screen.ts';
import type { Mark } from '../../model/connector.ts';
import type { Failure } from '../../model/failure.ts';
import type { ItemId, RecordId } from '../../model/ids.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import type { Pair } from '../../model/pair.ts';
import { ERROR_CATEGORY } from '../../model/settings.ts';
import type { VerdictCode } from '../../model/verdict.ts';
import type { NewIssue } from '../../store/issues.ts';
import type { Seen, TwoWay } from './two-way.ts';

export class PairLedger {
  readonly #two: TwoWay;
  readonly #verdicts = new Map<ItemId, VerdictCode>();
  readonly #pairs = new Map<RecordId, Pair>();
  readonly #parked = new Map<ItemId, NewIssue>();
  readonly #resolved = new Set<ItemId>();
  readonly #marks = new Map<ItemId, { version: string; add: Set<string>; remove: Set<string> }>();
  /** This mailbox writes these records from now on. */
  readonly taken: RecordId[] = [];
  /** These are to be handed to a colleague. */
  readonly passed: Pair[] = [];

  constructor(two: TwoWay) {
    this.#two = two;
  }

  verdict(seen: Seen, code: VerdictCode): void {
    this.#verdicts.set(seen.key, code);
  }

  pair(pair: Pair): void {
    this.#pairs.set(pair.recordId, pair);
  }

  /** In order again: its issue, if there was one, is over, and *Sync Error* goes. */
  settled(seen: Seen, code: VerdictCode): void {
    this.verdict(seen, code);
    this.#resolved.add(seen.key);
    const { item } = seen;
    if (item !== null && item !== 'gone') this.mark(item, [], [ERROR_CATEGORY]);
  }

  /** Its issue, if there was one, is over. */
  resolve(seen: Seen): void {
    this.#resolved.add(seen.key);
  }

  /** Waits. What only somebody can mend shows on the item, too. */
  park(seen: Seen, failure: Failure): void {
    if (failure.code === 'mailbox.item-gone') {
      this.#resolved.add(seen.key);
      return;
    }
    const { run } = this.#two;
    this.verdict(seen, 'parked.issue');
    const attempts = seen.attempts + 1;
    this.#addIssue(seen, failure, retryAt(failure, attempts, run.clock.now()));
    const { item } = seen;
    if (item === null || item === 'gone' || !deservesMark(failure)) return;
    if (run.rules.settings.markErrors) this.mark(item, [ERROR_CATEGORY], []);
  }

  /** In step, with something to tell about it. */
  note(seen: Seen, failure: Failure): void {
    this.#resolved.delete(seen.key);
    this.#addIssue(seen, failure, null);
    this.#two.tally.issue();
  }

  /** Asks for categories. An occurrence is left alone: a category of its own would take it out of its series. */
  mark(item: MailboxItem, add: readonly string[], remove: readonly string[]): void {
    if (!this.#two.items.categories.able || this.#two.run.dryRun) return;
    if (item.collection === 'events' && item.seriesId !== null) return;
    const has = (name: string) => hasCategory(item, name);
    const missing = add.filter((name) => !has(name));
    const present = remove.filter(has);
    if (missing.length + present.length === 0) return;
    const mark = this.#marks.get(item.itemId) ?? { version: item.version, add: new Set(), remove: new Set() };
    for (const name of missing) mark.add.add(name);
    for (const name of present) mark.remove.add(name);
    this.#marks.set(item.itemId, mark);
  }

  get marks(): readonly Mark[] {
    return [...this.#marks].map(([itemId, { version, add, remove }]) => ({
      itemId,
      version: this.#versionOf(itemId) ?? version,
      add: [...add],
      remove: [...remove],
    }));
  }

  /** After a mark went through: the version that its echo will carry. */
  marked(itemId: ItemId, version: string): void {
    for (const pair of this.#pairs.values())
      if (pair.itemId === itemId) this.#pairs.set(pair.recordId, { ...pair, itemVersion: version });
    const issue = this.#parked.get(itemId);
    if (issue !== undefined) this.#parked.set(itemId, { ...issue, itemVersion: version });
  }

  get pairs(): readonly Pair[] {
    return [...this.#pairs.values()];
  }

  get verdicts(): readonly { readonly itemId: ItemId; readonly code: VerdictCode }[] {
    return [...this.#verdicts].map(([itemId, code]) => ({ itemId, code }));
  }

  get parked(): readonly NewIssue[] {
    return [...this.#parked.values()];
  }

  get resolved(): readonly ItemId[] {
    return [...this.#resolved];
  }

  #versionOf(itemId: ItemId): string | null {
    for (const pair of this.#pairs.values()) if (pair.itemId === itemId) return pair.itemVersion;
    return null;
  }

  #addIssue(seen: Seen, failure: Failure, at: number | null): void {
    const { item, record, pair } = seen;
    const recordId = pair?.recordId ?? (record === null || record === 'gone' ? null : record.recordId);
    this.#parked.set(seen.key, {
      collection: this.#two.collection,
      itemId: seen.key,
      recordId,
      itemVersion: item === null || item === 'gone' ? '' : item.version,
      place: 'other',
      code: failure.code,
      vendorCode: failure.vendorCode ?? null,
      fields: failure.fields ?? [],
      retryAt: at,
    });
  }
}
