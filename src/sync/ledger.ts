/**
 * What a chunk of items has come to so far: links, verdicts, issues and the marks that the mailbox is to get. Every item that
 * enters leaves with exactly one verdict; a checkpoint takes the ledger as its payment.
 */
import { deservesMark, retryAt } from '../decide/retry.ts';
import { hasCategory } from '../decide/screen.ts';
import type { Instant } from '../model/clock.ts';
import type { Mark } from '../model/connector.ts';
import type { EmailHead, Place } from '../model/email.ts';
import type { Failure } from '../model/failure.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { KeyPrint, Link } from '../model/link.ts';
import { ERROR_CATEGORY, SALESFORCE_CATEGORY, type SyncSettings } from '../model/settings.ts';
import type { SavedCode, SkipCode, VerdictCode } from '../model/verdict.ts';
import type { NewIssue } from '../store/issues.ts';

export interface LedgerOptions {
  readonly settings: SyncSettings;
  readonly canMark: boolean;
  /** Where each item of the chunk lies, and how often it was parked before. */
  readonly places: ReadonlyMap<ItemId, Place>;
  readonly attempts: ReadonlyMap<ItemId, number>;
  readonly now: Instant;
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #links = new Map<KeyPrint, Link>();
  readonly #verdicts = new Map<ItemId, VerdictCode>();
  readonly #parked = new Map<ItemId, NewIssue>();
  readonly #resolved: ItemId[] = [];
  readonly #vanished: ItemId[] = [];
  readonly #marks: Mark[] = [];
  #files = 0;
  #fileIssues = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  skip(head: EmailHead, code: SkipCode): void {
    this.#verdicts.set(head.itemId, code);
    this.#resolve(head, []);
  }

  save(
    head: EmailHead,
    saved: {
      readonly print: KeyPrint;
      readonly recordId: RecordId;
      readonly created: boolean;
      readonly code: SavedCode;
      readonly files?: number;
      readonly chosen?: boolean;
      /** Trouble with a part of the mail, such as an attachment above the limit: saved, and an issue all the same. */
      readonly partial?: Failure;
    },
  ): void {
    this.#verdicts.set(head.itemId, saved.code);
    this.#links.set(saved.print, {
      keyPrint: saved.print,
      itemId: head.itemId,
      itemVersion: head.version,
      recordId: saved.recordId,
      created: saved.created,
      ...(saved.chosen === true ? { isChosen: true } : {}),
    });
    this.#files += saved.files ?? 0;
    if (saved.partial !== undefined) {
      this.#fileIssues += 1;
      this.#addIssue(head.itemId, head.version, saved.partial, null);
      return;
    }
    this.#resolve(head, this.#options.settings.markSaved ? [SALESFORCE_CATEGORY] : []);
  }

  /** `head` is null where the item could not even be read. */
  park(itemId: ItemId, head: EmailHead | null, failure: Failure): void {
    if (failure.code === 'mailbox.item-gone') {
      this.#vanished.push(itemId);
      return;
    }
    this.#verdicts.set(itemId, 'parked.issue');
    const attempts = (this.#options.attempts.get(itemId) ?? 0) + 1;
    this.#addIssue(itemId, head?.version ?? '', failure, retryAt(failure, attempts, this.#options.now));
    if (head === null || !this.#options.settings.markErrors || !deservesMark(failure)) return;
    this.#addMark(head, [ERROR_CATEGORY], []);
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** After a mark went through: the version that its echo will carry. */
  marked(itemId: ItemId, version: string): void {
    const parked = this.#parked.get(itemId);
    if (parked !== undefined) this.#parked.set(itemId, { ...parked, itemVersion: version });
    for (const [print, link] of this.#links) {
      if (link.itemId === itemId) this.#links.set(print, { ...link, itemVersion: version });
    }
  }

  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  get verdicts(): readonly { readonly itemId: ItemId; readonly code: VerdictCode }[] {
    return [...this.#verdicts].map(([itemId, code]) => ({ itemId, code }));
  }

  get parked(): readonly NewIssue[] {
    return [...this.#parked.values()];
  }

  /** Items whose issue, if there is one, is over: saved, left out by a rule, or gone from the mailbox. */
  get resolved(): readonly ItemId[] {
    return [...this.#resolved, ...this.#vanished];
  }

  get files(): number {
    return this.#files;
  }

  get fileIssues(): number {
    return this.#fileIssues;
  }

  #resolve(head: EmailHead, add: readonly string[]): void {
    this.#resolved.push(head.itemId);
    this.#addMark(head, add, [ERROR_CATEGORY]);
  }

  #addIssue(itemId: ItemId, version: string, failure: Failure, at: Instant | null): void {
    this.#parked.set(itemId, {
      collection: 'emails',
      itemId,
      recordId: null,
      itemVersion: version,
      place: this.#options.places.get(itemId) ?? 'other',
      code: failure.code,
      vendorCode: failure.vendorCode ?? null,
      fields: failure.fields ?? [],
      retryAt: at,
    });
  }

  #addMark(head: EmailHead, add: readonly string[], remove: readonly string[]): void {
    if (!this.#options.canMark) return;
    const missing = add.filter((category) => !hasCategory(head, category));
    const present = remove.filter((category) => hasCategory(head, category));
    if (missing.length === 0 && present.length === 0) return;
    this.#marks.push({ itemId: head.itemId, version: head.version, add: missing, remove: present });
  }
}
