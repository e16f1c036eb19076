/** Names of time zones as calendars carry them, and the IANA zones that are meant: Windows names, old names, names behind a vendor's prefix. */
import { findIana } from 'windows-iana';

const known = new Map<string, string | null>();

/** Null for what no table knows. */
export function zoneNamed(tzid: string): string | null {
  const before = known.get(tzid);
  if (before !== undefined) return before;
  const parts = tzid.replace(/^\/+/, '').split('/');
  const tails = [tzid, parts.slice(-3).join('/'), parts.slice(-2).join('/')];
  const zone = findIana(tzid)[0] ?? tails.map(canonicalZone).find((one) => one !== null) ?? null;
  known.set(tzid, zone);
  return zone;
}

function canonicalZone(name: string): string | null {
  if (!/^[a-z]+([/_+-][a-z0-9_+-]+)*$/i.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
