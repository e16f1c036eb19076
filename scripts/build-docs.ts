/** Writes the documentation site into dist-docs: `npm run docs`. Any web server may hand the folder out; it asks nothing of anybody else. */
import { join } from 'node:path';
import { writeSite } from './docs/write-site.ts';

const root = join(import.meta.dirname, '..');
const { pages, headings } = await writeSite(root, join(root, 'dist-docs'));
console.log(`dist-docs: ${pages} pages, ${headings} headings`);
