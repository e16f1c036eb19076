/** What stands round every page of the documentation site: head, search, navigation, contents. Nothing is loaded from elsewhere, and the page says so itself. */
import { dirname, relative } from 'node:path';
import type { RenderedPage } from './render-markdown.ts';
import type { PageGroup, SitePage } from './site-pages.ts';

/** No inline script or style, nothing from other hosts: what the pages need lies beside them. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const CONTENTS_FROM = 3;

/** The whole document. `groups` are those of the navigation. */
export function framePage(page: SitePage, rendered: RenderedPage, groups: readonly PageGroup[]): string {
  const up = (target: string) => relative(dirname(page.target), target) || target;
  const links = groups
    .map(
      ({ name, pages }) =>
        `<section><h2>${escapeHtml(name)}</h2><ul>${pages
          .map((one) => {
            const here = one === page ? ' aria-current="page"' : '';
            return `<li><a href="${up(one.target)}"${here}>${escapeHtml(one.title)}</a></li>`;
          })
          .join('')}</ul></section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(page.title === 'Lockstep' ? 'Lockstep' : `${page.title} · Lockstep`)}</title>
<link rel="icon" href="${up('icon.png')}">
<link rel="stylesheet" href="${up('site.css')}">
<script type="module" src="${up('site.js')}"></script>
</head>
<body data-root="${up('index.html').replace(/index\.html$/, '')}">
<a class="skip" href="#site-content">Skip to the content</a>
<header>
<a class="home" href="${up('index.html')}">Lockstep</a>
<search hidden>
<label for="site-query">Search headings</label>
<input id="site-query" type="search" autocomplete="off" spellcheck="false">
<p id="site-found" role="status"></p>
<ul id="site-results"></ul>
</search>
</header>
<div class="columns">
<nav aria-label="Pages">
<details id="site-pages"><summary>All pages</summary>
${links}
</details>
</nav>
<main id="site-content" tabindex="-1">
${contents(rendered)}${rendered.html}</main>
</div>
</body>
</html>
`;
}

/** The list of the page's parts, below its first heading's place in wide windows; left out where there is little to list. */
function contents({ headings }: RenderedPage): string {
  const parts = headings.filter(({ level }) => level === 2);
  if (parts.length < CONTENTS_FROM) return '';
  const list = parts
    .map(({ anchor, text }) => `<li><a href="#${anchor}">${escapeHtml(text)}</a></li>`)
    .join('');
  return `<nav class="contents" aria-label="On this page"><details><summary>On this page</summary><ul>${list}</ul></details></nav>\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
