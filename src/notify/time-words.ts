/** Instants in words, in the reader's own zone, with the zone beside them: an e-mail is read later and elsewhere. */
import type { Instant } from '../model/clock.ts';

/** `5 January 2026 at 09:00 (Europe/Berlin)`. A zone that is not known is read as UTC, and says so. */
export function timeWords(at: Instant, timeZone: string): string {
  const zone = isKnown(timeZone) ? timeZone : 'UTC';
  const words = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => words.find((one) => one.type === type)?.value ?? '';
  return `${part('day')} ${part('month')} ${part('year')} at ${part('hour')}:${part('minute')} (${zone})`;
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
}
