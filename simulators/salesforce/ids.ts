/**
 * Record ids: 15 case-sensitive characters (key prefix, instance, counter) and the 3 of the case checksum that make
 * 18. It knows the form of ids, not what they belong to.
 */

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const FORM = /^(?:[0-9A-Za-z]{15}|[0-9A-Za-z]{18})$/;

/** Hands out ids of one organization: `next('003')`. `instance` is the three characters after the prefix. */
export interface IdSequence {
  next(prefix: string): string;
}

/** A sequence that starts at 1 for every prefix. */
export function createIdSequence(instance: string): IdSequence {
  const counters = new Map<string, number>();
  return {
    next(prefix) {
      const counter = (counters.get(prefix) ?? 0) + 1;
      counters.set(prefix, counter);
      return toId18(prefix + instance + toBase62(counter));
    },
  };
}

/** The 18-character form of an id; undefined when the text is no id or its checksum is wrong. */
export function normalizeId(text: string): string | undefined {
  if (!FORM.test(text)) return undefined;
  const full = toId18(text.slice(0, 15));
  return text.length === 15 || full === text ? full : undefined;
}

/** The 15-character form. */
export function toId15(id: string): string {
  return id.slice(0, 15);
}

/** Adds the checksum: a letter for each five characters, whose bits say which of them are capitals. */
export function toId18(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 3; block += 1) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      const character = id15.charAt(block * 5 + index);
      if (character >= 'A' && character <= 'Z') bits |= 1 << index;
    }
    suffix += CHECKSUM.charAt(bits);
  }
  return id15 + suffix;
}

function toBase62(value: number): string {
  let text = '';
  for (let rest = value; text.length < 9; rest = Math.floor(rest / 62))
    text = BASE62.charAt(rest % 62) + text;
  return text;
}
