/**
 * How an e-mail looks: blocks of words become plain text and HTML that say the same. Styles stand in the elements, since mail programs drop sheets;
 * there is no image, no font and no address to load anything from. It words nothing.
 */

/** `small` is for what is good to know and need not be read. */
export type Block =
  | { readonly kind: 'title' | 'text' | 'small'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'list'; readonly entries: readonly ListEntry[] };

export interface ListEntry {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Laid {
  readonly text: string;
  readonly html: string;
}

/** Lays blocks out in both forms. `subject` is the page's title. */
export function layOut(subject: string, blocks: readonly Block[]): Laid {
  return { text: `${blocks.map(asText).join('\n\n')}\n`, html: page(subject, blocks.map(asHtml).join('\n')) };
}

/** A text that may hold anything, for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function asText(block: Block): string {
  switch (block.kind) {
    case 'button':
      return `${block.label}:\n${block.url}`;
    case 'list':
      return block.entries
        .map(({ title, lines }) => [`- ${title}`, ...lines.map((line) => `  ${line}`)].join('\n'))
        .join('\n\n');
    default:
      return block.text;
  }
}

// Colours that are readable on white and, where a mail program turns the page dark or does not, on black: each ground has its own words' colour.
const TEXT = 'margin:0 0 16px;font-size:15px;line-height:1.5;color:#1b1a19;';
const styles = {
  title: 'margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:600;color:#1b1a19;',
  text: TEXT,
  small: 'margin:0 0 8px;font-size:12px;line-height:1.5;color:#5c5a58;',
} as const;
const classes = { title: 'ink', text: 'ink', small: 'faint' } as const;

function asHtml(block: Block): string {
  switch (block.kind) {
    case 'button':
      return (
        `<p style="margin:0 0 20px;"><a href="${escapeHtml(block.url)}" ` +
        'style="display:inline-block;padding:12px 20px;border-radius:4px;background-color:#0f6cbd;color:#ffffff;' +
        `font-size:15px;font-weight:600;text-decoration:none;">${escapeHtml(block.label)}</a></p>`
      );
    case 'list':
      return block.entries.map(entryAsHtml).join('\n');
    case 'title':
      return `<h1 class="ink" style="${styles.title}">${escapeHtml(block.text)}</h1>`;
    default:
      return `<p class="${classes[block.kind]}" style="${styles[block.kind]}">${escapeHtml(block.text)}</p>`;
  }
}

function entryAsHtml({ title, lines }: ListEntry): string {
  const words = [`<strong>${escapeHtml(title)}</strong>`, ...lines.map(escapeHtml)].join('<br>');
  return `<p class="ink" style="${TEXT}">${words}</p>`;
}

/** The one sheet is for dark mode alone: whoever drops it shows the light page. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
@media (prefers-color-scheme: dark) {
.ground { background-color: #1f1f1f !important; }
.ink { color: #f3f2f1 !important; }
.faint { color: #c8c6c4 !important; }
}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background-color:#ffffff;">
<div class="ground" style="max-width:560px;margin:0 auto;padding:24px 16px;background-color:#ffffff;font-family:'Segoe UI',system-ui,-apple-system,Helvetica,Arial,sans-serif;">
${body}
</div>
</body>
</html>
`;
}
