/**
 * Descriptions, which Google keeps as plain text or as HTML without saying which: to plain text, and back to something that is read as the same text.
 * Pure. Vendor page: docs/remote-services/google.md#descriptions.
 */
import { convert } from 'html-to-text';
import { canonicalText } from '../../../model/canonical.ts';

const TAG =
  /<\/?(a|abbr|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|h[1-6]|hr|html|body|head|i|img|li|meta|ol|p|pre|s|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*>/i;
const ENTITY = /&(lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});/i;
const BREAK = /<br\s*\/?>/gi;
/** Longer than any description that Google takes. */
const LENGTH_MAX = 200_000;

/** The canonical plain text of a description. */
export function richToPlain(given: string | undefined): string {
  const rich = (given ?? '').slice(0, LENGTH_MAX);
  if (!isRich(rich)) return canonicalText(rich);
  const broken = rich.replace(BREAK, '\n');
  // Breaks alone: white space stands as it was written.
  if (!TAG.test(broken)) return canonicalText(decode(broken));
  return canonicalText(htmlToPlain(rich));
}

/** Plain text as Google is given it; what would be taken for HTML is written as HTML that shows it. */
export function plainToRich(plain: string): string {
  if (!isRich(plain)) return plain;
  return plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function isRich(value: string): boolean {
  return TAG.test(value) || ENTITY.test(value);
}

function htmlToPlain(html: string): string {
  try {
    return convert(html, {
      wordwrap: false,
      preserveNewlines: true,
      limits: { maxDepth: 100, maxInputLength: LENGTH_MAX },
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true } },
      ],
    });
  } catch {
    return decode(html.replace(/<[^<>]*>/g, ' '));
  }
}

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decode(value: string): string {
  return value.replace(new RegExp(ENTITY, 'gi'), (whole, name: string) => {
    const known = NAMED[name.toLowerCase()];
    if (known !== undefined) return known;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
