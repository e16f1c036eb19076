/**
 * The due-table in memory: what `claimDue`, `releaseLease`, `renewLeases` and `setDue` of src/store/leases.ts do to the table of schedules, on typed
 * arrays. The decisions of those statements are the one thing that the simulation has twice; test/database/due-table.test.ts holds both to each other.
 */
import type { Lane, NextRun } from '../../src/model/schedule.ts';
import { GroupedHeaps, IndexedHeap } from './indexed-heap.ts';

export const FRESH = 0;
export const BACK_FILL = 1;
export const laneNames: readonly Lane[] = ['fresh', 'back-fill'];

/** No due time, or no lease. */
const NEVER = Number.POSITIVE_INFINITY;

export interface TableClaim {
  readonly now: number;
  readonly limit: number;
  readonly leaseMs: number;
  readonly except: readonly number[];
}

/** Mailboxes are numbers; those of an organization follow each other. */
export class DueTable {
  readonly dueAt: Float64Array;
  readonly lanes: Uint8Array;
  readonly tokens: Uint32Array;
  /** Infinite while free. */
  readonly expiresAt: Float64Array;
  readonly organizations: Int32Array;
  /** Set by `setDue` while a run is under way: what it planned stands. */
  readonly replanned: Uint8Array;
  readonly #due: readonly [GroupedHeaps, GroupedHeaps];
  readonly #heads: readonly [Float64Array, Float64Array];
  readonly #byHead: readonly [IndexedHeap, IndexedHeap];
  readonly #leased: IndexedHeap;
  readonly #aside: number[] = [];

  /** `sizes`: mailboxes of each organization. Nothing is due. */
  constructor(sizes: readonly number[]) {
    const starts = new Int32Array(sizes.length + 1);
    for (const [at, size] of sizes.entries()) starts[at + 1] = (starts[at] as number) + size;
    const count = starts[sizes.length] as number;
    this.organizations = new Int32Array(count);
    for (let at = 0; at < sizes.length; at += 1) this.organizations.fill(at, starts[at], starts[at + 1]);
    this.dueAt = new Float64Array(count).fill(NEVER);
    this.lanes = new Uint8Array(count);
    this.tokens = new Uint32Array(count);
    this.expiresAt = new Float64Array(count).fill(NEVER);
    this.replanned = new Uint8Array(count);
    this.#due = [new GroupedHeaps(this.dueAt, starts), new GroupedHeaps(this.dueAt, starts)];
    this.#heads = [new Float64Array(sizes.length).fill(NEVER), new Float64Array(sizes.length).fill(NEVER)];
    this.#byHead = [new IndexedHeap(this.#heads[0]), new IndexedHeap(this.#heads[1])];
    this.#leased = new IndexedHeap(this.expiresAt);
  }

  /** As `claimDue`: pushes what was claimed to `claimed` and returns how many. */
  claim(claim: TableClaim, claimed: number[]): number {
    let left = claim.limit;
    left -= this.#claimLeftBehind(claim, left, claimed);
    left -= this.#claimLane(FRESH, claim, left, claimed);
    left -= this.#claimLane(BACK_FILL, claim, left, claimed);
    return claim.limit - left;
  }

  #claimLeftBehind({ now, leaseMs, except }: TableClaim, limit: number, claimed: number[]): number {
    let count = 0;
    const aside = this.#aside;
    while (count < limit) {
      const mailbox = this.#leased.head();
      if (mailbox < 0 || (this.expiresAt[mailbox] as number) > now) break;
      this.#leased.remove(mailbox);
      const passedOver =
        this.dueAt[mailbox] === NEVER || except.includes(this.organizations[mailbox] as number);
      if (passedOver) {
        aside.push(mailbox);
        continue;
      }
      this.#lease(mailbox, now + leaseMs, claimed);
      count += 1;
    }
    for (const mailbox of aside) this.#leased.update(mailbox);
    aside.length = 0;
    return count;
  }

  #claimLane(lane: 0 | 1, { now, leaseMs, except }: TableClaim, limit: number, claimed: number[]): number {
    let count = 0;
    const [heads, byHead, aside] = [this.#heads[lane], this.#byHead[lane], this.#aside];
    while (count < limit) {
      const organization = byHead.head();
      if (organization < 0 || (heads[organization] as number) > now) break;
      if (except.includes(organization)) {
        byHead.remove(organization);
        aside.push(organization);
        continue;
      }
      const mailbox = this.#due[lane].head(organization);
      this.#takeOut(mailbox);
      this.#lease(mailbox, now + leaseMs, claimed);
      count += 1;
    }
    for (const organization of aside) byHead.update(organization);
    aside.length = 0;
    return count;
  }

  #lease(mailbox: number, expiresAt: number, claimed: number[]): void {
    this.tokens[mailbox] = (this.tokens[mailbox] as number) + 1;
    this.expiresAt[mailbox] = expiresAt;
    this.replanned[mailbox] = 0;
    this.#leased.update(mailbox);
    claimed.push(mailbox);
  }

  /** As `renewLeases` for one lease: false when it is lost. */
  renew(mailbox: number, token: number, now: number, leaseMs: number): boolean {
    const held = this.tokens[mailbox] === token && (this.expiresAt[mailbox] as number) > now;
    if (!held || this.expiresAt[mailbox] === NEVER) return false;
    this.expiresAt[mailbox] = now + leaseMs;
    this.#leased.update(mailbox);
    return true;
  }

  /** As `releaseLease` where nobody asked for a run: false when the lease is somebody else's. */
  release(mailbox: number, token: number, next: NextRun | null): boolean {
    if (this.tokens[mailbox] !== token || this.expiresAt[mailbox] === NEVER) return false;
    this.#leased.remove(mailbox);
    this.expiresAt[mailbox] = NEVER;
    if (this.replanned[mailbox] === 0) {
      this.dueAt[mailbox] = next === null ? NEVER : next.dueAt;
      this.lanes[mailbox] = laneNames.indexOf(next?.lane ?? 'fresh');
    }
    this.replanned[mailbox] = 0;
    this.#putIn(mailbox);
    return true;
  }

  /** As `setDue`. */
  setDue(mailbox: number, next: NextRun | null): void {
    const leased = this.expiresAt[mailbox] !== NEVER;
    if (!leased) this.#takeOut(mailbox);
    this.dueAt[mailbox] = next === null ? NEVER : next.dueAt;
    this.lanes[mailbox] = laneNames.indexOf(next?.lane ?? 'fresh');
    this.replanned[mailbox] = leased ? 1 : 0;
    if (!leased) this.#putIn(mailbox);
  }

  #putIn(mailbox: number): void {
    if (this.dueAt[mailbox] === NEVER) return;
    const lane = this.lanes[mailbox] as 0 | 1;
    const organization = this.organizations[mailbox] as number;
    this.#due[lane].push(organization, mailbox);
    this.#setHead(lane, organization);
  }

  #takeOut(mailbox: number): void {
    const lane = this.lanes[mailbox] as 0 | 1;
    const organization = this.organizations[mailbox] as number;
    if (this.#due[lane].remove(organization, mailbox)) this.#setHead(lane, organization);
  }

  #setHead(lane: 0 | 1, organization: number): void {
    const head = this.#due[lane].head(organization);
    const key = head < 0 ? NEVER : (this.dueAt[head] as number);
    if (this.#heads[lane][organization] === key) return;
    this.#heads[lane][organization] = key;
    if (head < 0) this.#byHead[lane].remove(organization);
    else this.#byHead[lane].update(organization);
  }
}
