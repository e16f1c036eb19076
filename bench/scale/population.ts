/**
 * Who is synced in the simulation of scale: organizations from a single person to a seventh of all mailboxes, each on one of three places of mail, and how
 * long runs take. Everything is drawn from one seed.
 */
import type { Random } from '../../src/model/clock.ts';
import { MINUTE, SECOND } from '../../src/model/clock.ts';

/** Places of mail and their shares of the mailboxes; the first is the one that fails. */
export const PLACE_SHARES = [0.4, 0.35, 0.25] as const;
export const FAILING_PLACE = 0;

export interface Population {
  /** Mailboxes of each organization. */
  readonly sizes: readonly number[];
  /** Where each organization's mail is. */
  readonly places: Uint8Array;
  /** Organizations whose license is adaptive. */
  readonly adaptive: Uint8Array;
}

/** Sizes fall about as one over rank; nobody is empty. */
export function drawPopulation(mailboxes: number, organizations: number, random: Random): Population {
  const weights = Array.from({ length: organizations }, (_, at) => (at + 1) ** -1.05);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const sizes = weights.map((weight) => Math.max(1, Math.floor((weight / sum) * mailboxes)));
  sizes[0] = Math.max(1, (sizes[0] ?? 0) + mailboxes - sizes.reduce((total, size) => total + size, 0));
  shuffle(sizes, random);
  const places = new Uint8Array(organizations);
  const held = PLACE_SHARES.map(() => 0);
  const bySize = sizes.map((size, at) => [size, at] as const).sort(([a], [b]) => b - a);
  for (const [size, at] of bySize) {
    const wanting = held.map((count, place) => count / (PLACE_SHARES[place] ?? 1));
    const place = wanting.indexOf(Math.min(...wanting));
    places[at] = place;
    held[place] = (held[place] ?? 0) + size;
  }
  const adaptive = Uint8Array.from(sizes, () => (random.next() < 0.1 ? 1 : 0));
  return { sizes, places, adaptive };
}

function shuffle(list: number[], random: Random): void {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1));
    [list[at], list[other]] = [list[other] as number, list[at] as number];
  }
}

export interface DrawnRun {
  ms: number;
  changed: boolean;
  /** The run's budget was used up: it goes on in the back-fill lane. */
  more: boolean;
}

/** Runs in which something had changed; the rest finds nothing. */
const CHANGED_SHARE = 0.15;
/** Runs that use their budget up. */
const MORE_SHARE = 0.0005;
const RUN_MS_MAX = 15 * MINUTE;

/** Draws into one object that is used again. */
export function drawRun(random: Random, into: DrawnRun): DrawnRun {
  into.more = random.next() < MORE_SHARE;
  into.changed = into.more || random.next() < CHANGED_SHARE;
  if (into.more) into.ms = (2 + 8 * random.next()) * MINUTE;
  else into.ms = Math.min(RUN_MS_MAX, logNormal(random, into.changed ? 4 * SECOND : 1.2 * SECOND, 0.9));
  return into;
}

/** By Box and Muller. */
function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}
