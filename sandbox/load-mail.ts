/**
 * Mail from a folder of the reader's own: every `.eml` file, and every message of every `.mbox` file, in the order of their paths. Bytes are
 * taken as they are.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface LoadedMail {
  /** Path below the folder, and `#n` for the n-th message of an mbox. */
  readonly name: string;
  readonly raw: Uint8Array;
}

/** Rejects with one clear sentence when the folder cannot be read or holds no mail. */
export async function loadMail(folder: string): Promise<readonly LoadedMail[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause) => {
    throw new Error(`Cannot read the mail folder ${folder}. Give a folder with .eml or .mbox files.`, {
      cause,
    });
  });
  const mails: LoadedMail[] = [];
  for (const name of names.toSorted()) {
    const kind = extname(name).toLowerCase();
    if (kind !== '.eml' && kind !== '.mbox') continue;
    const bytes = await readFile(join(folder, name));
    if (kind === '.eml') mails.push({ name, raw: bytes });
    else for (const [at, raw] of splitMbox(bytes).entries()) mails.push({ name: `${name}#${at + 1}`, raw });
  }
  if (mails.length === 0) throw new Error(`There is no .eml or .mbox file in ${folder}.`);
  return mails;
}

/** Splits at lines that begin with `From ` after an empty line (RFC 4155), and takes one `>` off quoted ones. */
export function splitMbox(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  const starts = [...text.matchAll(/(?:^|\r?\n\r?\n)From [^\r\n]*\r?\n/g)];
  return starts.map((start, at) => {
    const from = start.index + start[0].length;
    const next = starts[at + 1];
    const message = text.slice(from, next === undefined ? text.length : next.index);
    return Buffer.from(message.replace(/^>(>*From )/gm, '$1'), 'latin1');
  });
}
