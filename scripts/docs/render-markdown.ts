/**
 * One Markdown file as HTML: headings with anchors as code hosts make them, links led to the site's own pages, tables that scroll by themselves. Raw HTML is
 * shown as text, but for the anchors and pictures that the pages use.
 */
import { existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import MarkdownIt from 'markdown-it';
import type { SitePage } from './site-pages.ts';

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

export interface RenderedPage {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Files of the repository that the page shows. */
  readonly pictures: readonly string[];
}

const RAW_ALLOWED = /^(<a (id|name)="[\w.-]+">|<\/a>|<img [^<>]*>|<br ?\/?>|<!--[\s\S]*-->)+$/;

/** Throws for a link or a picture that leads nowhere, naming page and link. */
export function renderMarkdown(page: SitePage, pages: readonly SitePage[], root: string): RenderedPage {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  const headings: Heading[] = [];
  const pictures = new Set<string>();
  const bySource = new Map(pages.map((one) => [one.source, one]));
  const folder = dirname(page.source);
  const resolve = (link: string) => normalize(join(folder, link));

  const tokens = markdown.parse(page.text, {});
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const inline = tokens[index + 1];
      const text = (inline?.children ?? []).map((child) => child.content).join('');
      const anchor = uniqueAnchor(text, headings);
      token.attrSet('id', anchor);
      headings.push({ level: Number(token.tag.slice(1)), text, anchor });
    }
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') leadLink(child);
      if (child.type === 'image') {
        pictures.add(resolve(String(child.attrGet('src') ?? '')));
        child.attrSet('loading', 'lazy');
      }
    }
  }

  type Token = (typeof tokens)[number];
  function leadLink(token: Token): void {
    const href = String(token.attrGet('href') ?? '');
    if (/^(https?:|mailto:|#)/.test(href)) return;
    const [path = '', anchor] = href.split('#');
    const source = resolve(path);
    const there = bySource.get(source) ?? bySource.get(join(source, 'README.md'));
    if (there !== undefined) {
      const to = relative(dirname(page.target), there.target);
      token.attrSet('href', anchor === undefined ? to : `${to}#${anchor}`);
    } else if (existsSync(join(root, source))) {
      // A file of the source: the site has no copy of it, so it is named and not linked.
      token.attrs = [
        ['class', 'source'],
        ['title', source],
      ];
    } else throw new Error(`${page.source}: the link ${href} leads nowhere`);
  }

  const { rules } = markdown.renderer;
  const raw = (content: string) => {
    if (!RAW_ALLOWED.test(content.trim())) return markdown.utils.escapeHtml(content);
    return content.replace(/<img ([^<>]*)>/g, (_, attributes: string) => {
      pictures.add(resolve(/src="([^"]+)"/.exec(attributes)?.[1] ?? ''));
      return `<img loading="lazy" ${attributes}>`;
    });
  };
  rules.html_inline = (all, index) => raw(all[index]?.content ?? '');
  rules.html_block = (all, index) => raw(all[index]?.content ?? '');
  rules.table_open = () => '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
  rules.table_close = () => '</table></div>\n';
  const html = markdown.renderer
    .render(tokens, markdown.options, {})
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replace(/<(h[2-6]) id="([^"]+)">([\s\S]*?)<\/\1>/g, (_, tag: string, id: string, text: string) => {
      const words = text.replace(/<[^>]*>/g, '').replaceAll('"', '&quot;');
      return `<${tag} id="${id}">${text} <a class="anchor" href="#${id}" aria-label="Link to “${words}”">#</a></${tag}>`;
    });
  for (const picture of pictures)
    if (!existsSync(join(root, picture))) throw new Error(`${page.source}: there is no picture ${picture}`);
  return { html, headings, pictures: [...pictures] };
}

/** As code hosts make them: small letters, blanks to hyphens, other signs left out; a second one of the same name gets a number. */
function uniqueAnchor(text: string, before: readonly Heading[]): string {
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const same = before.filter((one) => one.anchor === base || one.anchor.replace(/-\d+$/, '') === base).length;
  return same === 0 ? base : `${base}-${same}`;
}
