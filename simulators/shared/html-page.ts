/**
 * A plain HTML page for the simulators' sign-in and consent: readable without styles, usable without scripts. What stands on it is each
 * service's own business.
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, also inside attribute quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A page under a service's name; `body` is HTML, the other two are text. */
export function renderPage(status: number, service: string, title: string, body: string): Response {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="font-family: sans-serif; max-width: 26rem; margin: 3rem auto">
<p>${escapeHtml(service)} <small>(simulated)</small></p>
${body}
</body>
</html>
`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}
