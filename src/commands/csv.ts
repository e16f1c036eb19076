/** Lists as CSV (RFC 4180), line by line, for spreadsheets that take what begins like a formula for one. */

export interface CsvColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => string | number | boolean | null;
}

/** The heading. */
export function csvHead<Row>(columns: readonly CsvColumn<Row>[]): string {
  return `${columns.map(({ name }) => name).join(',')}\r\n`;
}

export function csvLine<Row>(columns: readonly CsvColumn<Row>[], row: Row): string {
  return `${columns.map(({ of }) => csvField(of(row))).join(',')}\r\n`;
}

/** A field; one that a spreadsheet would take for a formula is kept from being one. */
export function csvField(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
