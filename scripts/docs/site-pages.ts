/**
 * Which files become pages of the documentation site, where each lies in it, and in which group the navigation lists it. A page that no group names is listed
 * under "More", so that none is lost.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SitePage {
  /** Its path in the repository. */
  readonly source: string;
  /** Its path in the site; folders stay as they are, README.md becomes the folder's index.html. */
  readonly target: string;
  readonly title: string;
  readonly text: string;
}

export interface PageGroup {
  readonly name: string;
  readonly pages: readonly SitePage[];
}

const groups: readonly (readonly [name: string, ...patterns: readonly RegExp[]])[] = [
  ['Start', /^README\.md$/, /^docs\/(administering|addins|pages|glossary)\.md$/],
  ['Setting up', /^docs\/setup\//, /^salesforce\/README\.md$/],
  ['Running', /^deploy\//, /^docs\/(operating|upgrading|observability|errors|privacy|results)\.md$/],
  ['How it works', /^ARCHITECTURE\.md$/, /^docs\/(sync-algorithm|two-ways|state-machines)\.md$/],
  ['Services', /^docs\/remote-services\//],
  ['Decisions', /^docs\/decisions\//],
  ['The project', /^(CONTRIBUTING|CHANGELOG|SECURITY)\.md$/],
  ['More', /./],
];

/** Reads every Markdown file that git knows or will know, below `root`. */
export function readSitePages(root: string): readonly SitePage[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return files
    .split('\n')
    .filter((source) => source !== '' && !source.startsWith('test/'))
    .map((source) => {
      const text = readFileSync(join(root, source), 'utf8');
      return { source, target: targetOf(source), title: titleOf(text, source), text };
    });
}

/** The groups in the order of the navigation, without empty ones. */
export function groupPages(pages: readonly SitePage[]): readonly PageGroup[] {
  const left = new Set(pages);
  return groups
    .map(([name, ...patterns]) => {
      // In the order of the patterns, and within one pattern by name.
      const found = patterns.flatMap((pattern) => [...left].filter((page) => pattern.test(page.source)));
      for (const page of found) left.delete(page);
      return { name, pages: found };
    })
    .filter((group) => group.pages.length > 0);
}

function targetOf(source: string): string {
  return source.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');
}

function titleOf(text: string, source: string): string {
  const heading = /^# (.+)$/m.exec(text)?.[1];
  if (heading === undefined) throw new Error(`${source} has no heading of the first level`);
  return heading.replace(/[`*]/g, '');
}
