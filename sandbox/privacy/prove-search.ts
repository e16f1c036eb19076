/**
 * Shows that the search can find: every form is written to a file between other bytes, and each must be found there. A search that finds
 * nothing in such a file would find nothing anywhere.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Form, Markers } from './markers.ts';
import { searchFiles } from './search-files.ts';

const GAP = Buffer.alloc(1_000, 0x2e);

/** Rejects when a form is not found where it stands. Leaves no file. */
export async function proveSearch(folder: string, forms: readonly Form[], markers: Markers): Promise<void> {
  const file = join(folder, 'proof.bin');
  const starts = forms.map((_, at) =>
    forms.slice(0, at).reduce((sum, form) => sum + form.bytes.length + GAP.length, GAP.length),
  );
  try {
    const parts = forms.flatMap((form) => [GAP, form.bytes]);
    await writeFile(file, Buffer.concat([...parts, GAP]), { mode: 0o600 });
    const { findings } = await searchFiles([file], forms, markers, Number.POSITIVE_INFINITY);
    for (const [at, form] of forms.entries()) {
      if (!findings.some(({ offset, encoding }) => offset === starts[at] && encoding === form.encoding))
        throw new Error(`The search does not find ${form.of} as ${form.encoding}.`);
    }
  } finally {
    await rm(file, { force: true });
  }
}
