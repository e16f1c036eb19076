/**
 * One meeting, one record: the key of a meeting across mailboxes and services is its clean iCalendar UID and, for an occurrence, where it stood in
 * its series (V3). Pure.
 */

/** The clean UID, `|`, and the original start or nothing. Derived from content: never stored unkeyed. */
export type EventKey = string & { readonly eventKey: unique symbol };

/** The key of a meeting; null where the service names no UID. */
export function eventKey(event: {
  readonly uid: string;
  readonly originalStart: string | null;
}): EventKey | null {
  return event.uid === '' ? null : (`${event.uid}|${event.originalStart ?? ''}` as EventKey);
}

/** How a GlobalObjectId of Exchange begins ([MS-OXOCAL] 2.2.1.27), in hexadecimal. */
const GLOBAL_OBJECT_ID = /^040000008200E00074C5B7101A82E008[0-9A-F]*$/;
/** Where the date of an occurrence stands, in hexadecimal digits: bytes 16 to 19. */
const DATE_FROM = 32;
const DATE_TO = 40;
/** Where the data begin: after id, date, creation time, eight zeros and the size. */
const DATA_FROM = 80;
/** `vCal-Uid` and the number 1: another program's UID follows, ended by a zero. */
const FOREIGN = '7643616C2D55696401000000';

/**
 * A UID as everybody's copy has it. Exchange writes the date of an occurrence into its own UIDs (bytes 16 to 19 are set to zero here) and wraps the UIDs
 * of others (they are unwrapped); everything else stays as it is, without white space at the ends.
 */
export function cleanUid(uid: string): string {
  const trimmed = uid.trim();
  const hex = trimmed.toUpperCase();
  if (!GLOBAL_OBJECT_ID.test(hex) || hex.length < DATA_FROM) return trimmed;
  const data = hex.slice(DATA_FROM);
  if (data.startsWith(FOREIGN)) {
    const bytes = Uint8Array.from(data.slice(FOREIGN.length).match(/../g) ?? [], (pair) =>
      Number.parseInt(pair, 16),
    );
    const end = bytes.indexOf(0);
    return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end))).trim();
  }
  return `${hex.slice(0, DATE_FROM)}${'0'.repeat(DATE_TO - DATE_FROM)}${hex.slice(DATE_TO)}`;
}
