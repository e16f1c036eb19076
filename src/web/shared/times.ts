/** Instants in words: how long ago in English like the rest of the page, the exact time in the reader's own zone and notation. */

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const hourOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const withSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const withZone = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `4 minutes ago`, `in 26 minutes`, `just now`. */
export function sayRelative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1_000);
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

/** `11:30` for today, with the date for any other day. */
export function sayExact(at: Date, now: Date): string {
  return at.toDateString() === now.toDateString() ? hourOnly.format(at) : exact.format(at);
}

/** Day, time and zone, for the tip that appears on hover. */
export function sayInFull(at: Date): string {
  return withZone.format(at);
}

/** `11:30:42` */
export function sayTimeOfDay(at: Date): string {
  return withSeconds.format(at);
}

/** The reader's own time zone, such as `Europe/Berlin`. */
export function sayZone(): string {
  return exact.resolvedOptions().timeZone;
}

/** `41 s`, `2 min 5 s` */
export function sayDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 1) return 'under 1 s';
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

const counts = new Intl.NumberFormat('en');

/** `1,930` */
export function sayCount(count: number): string {
  return counts.format(count);
}

/** `1 issue`, `3 issues` */
export function sayNumber(count: number, one: string, many = `${one}s`): string {
  return `${sayCount(count)} ${count === 1 ? one : many}`;
}
