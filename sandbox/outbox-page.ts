/** The page of the sandbox's outbox: e-mails newest first, the HTML as a mail program would show it and the plain text beside it. */
import { escapeHtml } from '../simulators/shared/html-page.ts';
import type { OutboxMail } from './outbox.ts';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 24px; color-scheme: light dark; }
article { border-top: 1px solid #8888; padding: 16px 0; }
.both { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 16px; }
iframe { width: 100%; height: 640px; border: 1px solid #8888; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
`;

/** Shows e-mails in the order in which they are given. */
export function outboxPage(mails: readonly OutboxMail[]): Response {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>E-mails of the sandbox</title><style>${STYLE}</style></head>
<body>
<h1>E-mails that Lockstep has sent</h1>
<p>${mails.length === 0 ? 'None yet. When sync stops or goes on again, its owner gets one.' : 'Newest first.'} <a href="/">Look again</a></p>
${mails.map(article).join('\n')}
</body>
</html>
`;
  return new Response(body, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    },
  });
}

function article({ subject, to, from, receivedAt, text, html }: OutboxMail): string {
  return `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to.join(', '))}, from ${escapeHtml(from)}, <time datetime="${receivedAt.toISOString()}">${receivedAt.toISOString()}</time></p>
<div class="both">
<iframe title="${escapeHtml(subject)}, as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(opensOutside(html))}"></iframe>
<pre>${linked(text)}</pre>
</div>
</article>`;
}

/** The pages let nobody frame them, so the button opens a window of its own. */
function opensOutside(html: string): string {
  return html.replaceAll('<a ', '<a target="_blank" rel="noreferrer" ');
}

function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+[\w/])/)
    .map((part, at) =>
      at % 2 === 0
        ? escapeHtml(part)
        : `<a href="${escapeHtml(part)}" target="_blank" rel="noreferrer">${escapeHtml(part)}</a>`,
    )
    .join('');
}
