/**
 * Searches files for patterns as streams with overlapping windows, so that size does not matter. What it returns says where something was
 * found, never what stands there.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Form, Markers } from './markers.ts';

export interface Finding {
  readonly of: string;
  readonly encoding: string;
  readonly file: string;
  readonly offset: number;
}

export interface Searched {
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** Files that could not be read. */
  readonly unreadable: readonly string[];
}

const WINDOW_BYTES = 4 * 1024 * 1024;
/** Behind the signature: enough to tell which marker it was. */
const TAIL_BYTES = 32;
/** In one window of a file; more would say no more. */
const FINDINGS_PER_WINDOW_MAX = 20;

/** Every regular file below `folder`; with `since`, only those written at or after that instant. Never follows links. */
export async function listFiles(folder: string, since = 0): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [];
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await listFiles(path, since)));
    else if (entry.isFile() && (since === 0 || (await writtenAt(path)) >= since)) files.push(path);
  }
  return files;
}

async function writtenAt(path: string): Promise<number> {
  return await stat(path).then(
    (file) => file.mtimeMs,
    () => 0,
  );
}

/** Searches files one after another. */
export async function searchFiles(
  files: readonly string[],
  forms: readonly Form[],
  markers: Pick<Markers, 'placeOf'>,
  findingsMax = FINDINGS_PER_WINDOW_MAX,
): Promise<Searched> {
  const findings: Finding[] = [];
  const unreadable: string[] = [];
  const overlap = Math.max(0, ...forms.map((form) => form.bytes.length)) + TAIL_BYTES;
  const window = Buffer.allocUnsafe(WINDOW_BYTES + overlap);
  const search = { forms, markers, findings, findingsMax, window, overlap };
  let bytes = 0;
  for (const file of files) {
    try {
      bytes += await searchFile(file, search);
    } catch {
      unreadable.push(file);
    }
  }
  return { files: files.length - unreadable.length, bytes, findings, unreadable };
}

interface Search {
  readonly forms: readonly Form[];
  readonly markers: Pick<Markers, 'placeOf'>;
  readonly findings: Finding[];
  readonly findingsMax: number;
  /** Used for one file after another. */
  readonly window: Buffer;
  /** What a window repeats of the one before: no pattern with its tail is longer. */
  readonly overlap: number;
}

/** Returns the bytes read. */
async function searchFile(file: string, search: Search): Promise<number> {
  const { window, overlap } = search;
  const handle = await open(file, 'r');
  try {
    let position = 0;
    let kept = 0;
    for (;;) {
      const { bytesRead } = await handle.read(window, kept, WINDOW_BYTES, position);
      const end = kept + bytesRead;
      // What lies in the overlap is found again in the next window, and there with what stands behind it.
      const last = bytesRead === 0 ? end : end - overlap;
      for (const one of searchWindow(window.subarray(0, end), last, search))
        search.findings.push({ ...one, file, offset: position - kept + one.offset });
      if (bytesRead === 0) return position;
      position += bytesRead;
      const keep = Math.min(overlap, end);
      window.copyWithin(0, end - keep, end);
      kept = keep;
    }
  } finally {
    await handle.close();
  }
}

function searchWindow(window: Buffer, last: number, search: Search): readonly Omit<Finding, 'file'>[] {
  const found: Omit<Finding, 'file'>[] = [];
  for (const { of, encoding, bytes } of search.forms) {
    for (let at = window.indexOf(bytes); at >= 0 && at < last; at = window.indexOf(bytes, at + 1)) {
      const behind = window.subarray(at + bytes.length, at + bytes.length + TAIL_BYTES);
      const place = of === 'marker' ? search.markers.placeOf(behind.toString('latin1')) : null;
      found.push({ of: place ?? of, encoding, offset: at });
      if (found.length >= search.findingsMax) return found;
    }
  }
  return found;
}
