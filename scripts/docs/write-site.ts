/** Writes the documentation site into a folder: every page, the pictures that pages show, the search's index, and the one style sheet and script. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { framePage } from './page-frame.ts';
import { renderMarkdown } from './render-markdown.ts';
import { groupPages, readSitePages } from './site-pages.ts';

export interface WrittenSite {
  readonly pages: number;
  readonly headings: number;
}

/** One line of the search's index: the page's title, the heading, and where it is from the site's root. */
type IndexLine = readonly [page: string, heading: string, target: string];

/** Empties `out` first. Throws, naming page and link, where a link leads nowhere. */
export async function writeSite(root: string, out: string): Promise<WrittenSite> {
  const pages = readSitePages(root);
  const groups = groupPages(pages);
  const index: IndexLine[] = [];
  const pictures = new Set<string>();
  await rm(out, { recursive: true, force: true });
  for (const page of pages) {
    const rendered = renderMarkdown(page, pages, root);
    for (const { level, text, anchor } of rendered.headings)
      index.push([page.title, text, level === 1 ? page.target : `${page.target}#${anchor}`]);
    for (const picture of rendered.pictures) pictures.add(picture);
    const file = join(out, page.target);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, framePage(page, rendered, groups));
  }
  for (const picture of pictures) await cp(join(root, picture), join(out, picture));
  await writeFile(join(out, 'search.json'), JSON.stringify(index));
  for (const name of ['site.css', 'site.js']) await cp(join(import.meta.dirname, name), join(out, name));
  await cp(join(root, 'src/web/public/icons/icon-64.png'), join(out, 'icon.png'));
  return { pages: pages.length, headings: index.length };
}
