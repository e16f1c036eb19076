/**
 * Writes SOQL: string literals that cannot break out of their quotes, and queries cut into pieces that fit a request line. Names of fields
 * and objects are never quoted by SOQL, so they may come from a describe only and are checked here once more.
 */

/** Salesforce answers 414 or 431 above 16,384 bytes of request line and headers; room is left for the host and path. */
const QUERY_BYTES_MAX = 15_900;

/** A string literal. Vendor page: SOQL reference, "Quoted String Escape Sequences". */
export function quoteSoql(text: string): string {
  const escaped = text.toWellFormed().replace(/[\\'"\n\r\t\b\f]/g, (character) => ESCAPES[character] ?? '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no other control character has an escape, so it is left out.
  return `'${escaped.replace(/[\u0000-\u001f\u007f]/g, '')}'`;
}

/** A literal for LIKE that matches wherever `text` occurs; its own `%` and `_` stand for themselves. */
export function quoteSoqlContaining(text: string): string {
  return `'%${withoutWildcards(text)}%'`;
}

/** As `quoteSoqlContaining`, only where `text` is the end. */
export function quoteSoqlEnding(text: string): string {
  return `'%${withoutWildcards(text)}'`;
}

function withoutWildcards(text: string): string {
  // quoteSoql doubles the backslashes of the text itself; those of the two wildcards are added afterwards.
  const inner = quoteSoql(text).slice(1, -1);
  return inner.replace(/[%_]/g, (wildcard) => `\\${wildcard}`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** A field or object name, possibly a path over relationships, as a describe gives it. Throws on anything else: a fault of ours. */
export function soqlName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,4}$/.test(name))
    throw new TypeError('not a SOQL name');
  return name;
}

/** `Field IN ('a','b')`. */
export function inList(field: string, values: readonly string[]): string {
  return `${soqlName(field)} IN (${values.map(quoteSoql).join(',')})`;
}

/** A query as the value of `q=`; characters that RFC 3986 allows in a query stay as they are, to keep the line short. */
export function encodeSoql(query: string): string {
  return encodeURIComponent(query).replace(/%(2C|40|3A|2F|24)/g, (code) => decodeURIComponent(code));
}

/**
 * Cuts `values` into as few queries as can be, each as written by `write` and under `bytesMax` once encoded. A single value that is too long by
 * itself gets a query of its own: Salesforce's refusal is clearer than a silent omission.
 */
export function chunkQueries<Value>(
  values: readonly Value[],
  write: (part: readonly Value[]) => string,
  bytesMax: number = QUERY_BYTES_MAX,
): readonly string[] {
  const fits = (part: readonly Value[]) => encodeSoql(write(part)).length <= bytesMax;
  const queries: string[] = [];
  for (let start = 0; start < values.length; ) {
    // The longest part from here that fits, by bisection; at least one value.
    let end = start + 1;
    for (let above = values.length + 1; above - end > 1; ) {
      const middle = Math.floor((end + above) / 2);
      if (fits(values.slice(start, middle))) end = middle;
      else above = middle;
    }
    queries.push(write(values.slice(start, end)));
    start = end;
  }
  return queries;
}
