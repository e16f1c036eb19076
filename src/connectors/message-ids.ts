/** A Message-ID as people and programs hand it over, for looking a mail up by it. Pure. */

/** Longer ones are no Message-IDs (RFC 5322 gives a line 998 characters). */
const LENGTH_MAX = 998;

/** The Message-ID without its angle brackets; null for what can be none. */
export function bareMessageId(text: string): string | null {
  const bare = text.trim().replace(/^<|>$/g, '').trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass.
  return bare === '' || bare.length > LENGTH_MAX || /[\u0000-\u001f\u007f<>]/.test(bare) ? null : bare;
}

/** As services may hold it: with brackets, as the header stands, and without. None for what can be no Message-ID. */
export function messageIdSpellings(text: string): readonly string[] {
  const bare = bareMessageId(text);
  return bare === null ? [] : [`<${bare}>`, bare];
}
