/** A list of addresses and domains as a person writes it, one per line, and as the API takes it. */

/** One entry per line. */
export function listToText(list: readonly string[] | undefined): string {
  return (list ?? []).join('\n');
}

/** The entries, without empty lines and doubles. */
export function textToList(text: string): string[] {
  return [
    ...new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
}

/** The first line that is neither an address nor a domain, in words, or null. */
export function findListError(text: string): string | null {
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '') continue;
    if (entry.length < 3 || entry.length > 320 || /[\s<>"]/.test(entry) || !entry.includes('.')) {
      return `Line ${index + 1}: write an address (anna@acme.com) or a domain (acme.com).`;
    }
  }
  return null;
}
