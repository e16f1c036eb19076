/** Writes docs/errors.md anew from the catalogue. Run it after a code or its words have changed: `npm run errors`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorPageMarkdown } from '../src/api/error-page.ts';

await writeFile(join(import.meta.dirname, '..', 'docs', 'errors.md'), errorPageMarkdown());
