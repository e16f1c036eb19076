/**
 * Writes XML as strings: elements, attributes, escaped text. Characters that XML 1.0 cannot carry are dropped, as
 * Exchange drops them from property values.
 */

export type Attributes = Record<string, string | number | boolean | undefined>;

// Everything but tab, line feed, carriage return and the planes XML 1.0 allows; lone surrogates go too.
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const SPECIAL = /[&<>"\r]/g;
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** `text` as it may stand in content or in a quoted attribute. */
export function escapeXml(text: string): string {
  return text.replace(ILLEGAL, '').replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

/** An element around ready-made XML; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  let open = name;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) open += ` ${key}="${escapeXml(String(value))}"`;
  }
  const inner = content.join('');
  return inner === '' ? `<${open}/>` : `<${open}>${inner}</${name}>`;
}

/** An element around plain text. */
export function textElement(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`;
}

/** A whole-second UTC time, the only form Exchange writes. */
export function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
