/**
 * Secrets that are never written down (P2, `CREDENTIALS=memory`): they live in this process, under the same names that bind sealed ones to their
 * rows, and are gone with it. Rows keep a version, so that a secret which another process erased or replaced is not used any more.
 */
import type { Instant } from '../model/clock.ts';

interface Held {
  readonly text: string;
  readonly version: number;
  readonly expiresAt: Instant;
}

/** Logins and consents that were begun and never finished, at most, besides those that are in use. */
const HELD_MAX = 1_000_000;

export class HeldSecrets {
  readonly #held = new Map<string, Held>();

  /** Keeps a secret under its name; `expiresAt` in its own clock, never unless told. */
  keep(
    name: string,
    text: string,
    { version = 0, expiresAt = Number.POSITIVE_INFINITY }: { version?: number; expiresAt?: Instant } = {},
  ): void {
    this.#held.set(name, { text, version, expiresAt });
    if (this.#held.size > HELD_MAX) throw new Error('too many secrets are held in memory');
  }

  /** The secret of that name; null when it was never given to this process, or is of an older version than the row's. */
  find(name: string, version = 0): string | null {
    const held = this.#held.get(name);
    if (held === undefined) return null;
    if (held.version >= version) return held.text;
    this.#held.delete(name);
    return null;
  }

  /** As `find`; it is gone afterwards. */
  take(name: string): string | null {
    const text = this.find(name);
    this.#held.delete(name);
    return text;
  }

  forget(name: string): void {
    this.#held.delete(name);
  }

  /** Forgets what has expired. */
  sweep(now: Instant): void {
    for (const [name, { expiresAt }] of this.#held) if (expiresAt <= now) this.#held.delete(name);
  }
}
