/**
 * A CSV file (RFC 4180) as lines of cells, read as it comes in: a BOM, CRLF or LF, comma or semicolon. What the cells mean it does not know; a line
 * that cannot be read is told and the next one goes on.
 */
import { Readable } from 'node:stream';
import { type CsvError, type Parser, parse } from 'csv-parse';

export type CsvLine =
  | { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: 'unreadable'; readonly line: number };

/** Bytes of one line at most: more is a quote that was never closed. */
const LINE_BYTES_MAX = 64 * 1024;

/** Lines in order, without empty ones; `line` is where one ends in the file, from 1. Rejects when `source` does. */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvLine> {
  const { delimiter, whole } = await detectDelimiter(source);
  const unreadable = new Set<number>();
  const parser: Parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    // A quote in a wrong place stays in its cell; otherwise the lines after it would be taken for a part of it.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LINE_BYTES_MAX,
    on_skip: (error) => {
      unreadable.add(lineOf(error));
      // Where the next line begins cannot be known: the rest would be nothing but such errors.
      if (error?.code === 'CSV_MAX_RECORD_SIZE') parser.destroy(error);
      return undefined;
    },
  });
  const input = Readable.from(whole);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield* takeUnreadable(unreadable);
      yield { kind: 'cells', line: info.lines, cells: record };
    }
  } catch (error) {
    // A quote that is still open at the end, or a line without end: what follows it cannot be told from it.
    if (!isCsvError(error)) throw error;
    unreadable.add(lineOf(error));
  } finally {
    input.destroy();
  }
  yield* takeUnreadable(unreadable);
}

function* takeUnreadable(lines: Set<number>): Generator<CsvLine> {
  for (const line of lines) yield { kind: 'unreadable', line };
  lines.clear();
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}

function lineOf(error: CsvError | undefined): number {
  return typeof error?.lines === 'number' ? error.lines : 0;
}

/** The separator that the first line has more of, and the file with what was read of it put back. */
async function detectDelimiter(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly delimiter: ',' | ';'; readonly whole: AsyncGenerator<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let text = '';
  while (!/[\r\n]/.test(text) && text.length < LINE_BYTES_MAX) {
    const next = await rest.next();
    if (next.done === true) break;
    head.push(next.value);
    text += Buffer.from(next.value).toString('latin1');
  }
  const [first = ''] = text.split(/[\r\n]/, 1);
  const count = (sign: string) => first.split(sign).length;
  async function* whole() {
    yield* head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  }
  return { delimiter: count(';') > count(',') ? ';' : ',', whole: whole() };
}
