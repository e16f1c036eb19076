/**
 * Text as Salesforce takes it: without characters that it refuses, and cut where a field ends, never inside a character or an address.
 */
import type { Address } from '../../model/email.ts';

/** Without control characters (but tab and line ends) and lone surrogates, which JSON or the database behind it refuse. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, '');
}

/** At most `lengthMax` UTF-16 units, never half of a surrogate pair. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const end = isHighSurrogate(text.charCodeAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
  return text.slice(0, Math.max(0, end));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Whether Salesforce would take it for an e-mail address; a name, a group (`undisclosed-recipients:`) or a blank is none. */
export function isAddress(text: string): boolean {
  return /^[^\s@;,<>]+@[^\s@;,<>]+$/.test(text);
}

/** Addresses joined with `; `, as many whole ones as fit. */
export function joinAddresses(addresses: readonly Address[], lengthMax: number): string {
  let joined = '';
  for (const { address } of addresses) {
    const clean = cleanText(address);
    if (!isAddress(clean)) continue;
    const next = joined === '' ? clean : `${joined}; ${clean}`;
    if (next.length > lengthMax) break;
    joined = next;
  }
  return joined;
}
