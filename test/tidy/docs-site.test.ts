/**
 * Goal: the documentation site is whole: every link inside of it leads somewhere, it asks nothing of other hosts, its search knows every heading. Method: the
 * site is written into a folder for the test and its files are read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderMarkdown } from '../../scripts/docs/render-markdown.ts';
import { groupPages, readSitePages, type SitePage } from '../../scripts/docs/site-pages.ts';
import { writeSite } from '../../scripts/docs/write-site.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;
const documents = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-docs-'));
  await writeSite(root, folder);
  for (const file of await readdir(folder, { recursive: true }))
    if (file.endsWith('.html')) documents.set(file, readFileSync(join(folder, file), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map((found) => found[1] ?? '');
const idsOf = (html: string) => new Set([...attributes(html, 'id'), ...attributes(html, 'name')]);

test('every link and anchor inside of the site leads somewhere', () => {
  const offenders = [...documents].flatMap(([file, html]) =>
    attributes(html, 'href')
      .filter((href) => !/^(https?:|mailto:)/.test(href))
      .filter((href) => {
        const [path = '', anchor = ''] = href.split('#');
        const target = path === '' ? file : normalize(join(dirname(file), path));
        if (!existsSync(join(folder, target))) return true;
        return anchor !== '' && !idsOf(documents.get(target) ?? '').has(decodeURIComponent(anchor));
      })
      .map((href) => `${file} -> ${href}`),
  );
  expect(offenders).toEqual([]);
});

test('every picture and script is there, and none comes from another host', () => {
  const offenders = [...documents].flatMap(([file, html]) =>
    attributes(html, 'src')
      .filter((src) => /^[a-z]+:|^\/\//i.test(src) || !existsSync(join(folder, dirname(file), src)))
      .map((src) => `${file} -> ${src}`),
  );
  expect(offenders).toEqual([]);
  const script = readFileSync(join(folder, 'site.js'), 'utf8');
  expect(script + readFileSync(join(folder, 'site.css'), 'utf8')).not.toMatch(
    /https?:|\/\/[a-z]+\.|@import|url\(/,
  );
});

test('no page has an inline script, style or handler, and each forbids them', () => {
  for (const [file, html] of documents) {
    expect.soft(html, file).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle="|\son[a-z]+="/);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    expect.soft(policy, file).toMatch(/^default-src 'none';/);
    expect.soft(policy, file).not.toMatch(/unsafe|\*|https?:/);
  }
});

test('every page has one first heading, ids of its own, a skip link, and a place in the navigation', () => {
  for (const [file, html] of documents) {
    expect.soft(html.match(/<h1[ >]/g), file).toHaveLength(1);
    const ids = attributes(html, 'id');
    expect.soft(ids.length, file).toBe(new Set(ids).size);
    expect.soft(html, file).toContain('<a class="skip" href="#site-content">');
    expect.soft(html.match(/aria-current="page"/g), file).toHaveLength(1);
  }
});

test('every Markdown file of the repository is a page, and the index knows every heading of it', () => {
  const pages = readSitePages(root);
  expect([...documents.keys()].toSorted()).toEqual(pages.map((page) => page.target).toSorted());
  const index = JSON.parse(readFileSync(join(folder, 'search.json'), 'utf8')) as [string, string, string][];
  const headings = [...documents.values()].flatMap(
    (html) => html.match(/<main[\s\S]*<\/main>/)?.[0].match(/<h[1-6] id=/g) ?? [],
  );
  expect(index.length).toBe(headings.length);
  for (const [, heading, target] of index) {
    const [file = '', anchor = ''] = target.split('#');
    expect
      .soft(anchor === '' || idsOf(documents.get(file) ?? '').has(anchor), `${heading}: ${target}`)
      .toBe(true);
  }
});

const page = (text: string): SitePage => ({
  source: 'guides/x.md',
  target: 'guides/x.html',
  title: 'X',
  text,
});
const render = (text: string) => renderMarkdown(page(text), [page(text)], root).html;

test('a link or a picture that leads nowhere ends the build, with page and link', () => {
  expect(() => render('[a](nowhere.md)')).toThrow('guides/x.md: the link nowhere.md leads nowhere');
  expect(() => render('![a](images/nowhere.png)')).toThrow(
    'guides/x.md: there is no picture guides/images/nowhere.png',
  );
});

test('links to pages lead to pages, links to source files are named without a link', () => {
  expect(render('[a](x.md#b)')).toContain('<a href="x.html#b">');
  expect(render('[a](../src/model/failure.ts)')).toContain('<a class="source" title="src/model/failure.ts">');
});

test('headings get anchors as code hosts make them; raw HTML but anchors and pictures is shown as text', () => {
  const html = render(
    '# A b\n\n## 1. The field, and `x_y`\n\n## Twice\n\n## Twice\n\n<script>alert(1)</script>\n\n<a id="c.d"></a>\n',
  );
  expect(attributes(html, 'id')).toEqual(['a-b', '1-the-field-and-x_y', 'twice', 'twice-1', 'c.d']);
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script>');
});

test('a page that no group names is listed under "More"', () => {
  const groups = groupPages([page('# X')]);
  expect(groups.map(({ name, pages }) => [name, pages.length])).toEqual([['More', 1]]);
});
