/**
 * A page that looks to an extension as Gmail does: its address, its titles, its account button, its attributes of an open mail, and a policy that lets
 * the page itself frame nothing from elsewhere. It is no mail client.
 */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';

export interface GmailLike {
  readonly port: number;
  close(): Promise<void>;
}

/** As the page of an account whose latest mail has this id; `#inbox` shows the list, any other fragment the mail. */
export async function startGmailLike(account: string, messageId: string): Promise<GmailLike> {
  const server = createServer({ ...createSelfSigned('mail.google.com', Date.now()) }, (request, response) => {
    const framed = /^\/framing\?page=(.+)$/.exec(request.url ?? '')?.[1];
    if (framed !== undefined) {
      // Any site that frames a page; the answer is complete when the frame has loaded, or was refused.
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<iframe name="framed" src="${decodeURIComponent(framed)}"></iframe>`);
      return;
    }
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "frame-src 'self'",
        'cross-origin-opener-policy': 'same-origin-allow-popups',
      })
      .end(pageOf(account, messageId));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const pageOf = (account: string, messageId: string) => `<!doctype html>
<html>
<head><title>Inbox (1) - ${account} - Gmail</title></head>
<body style="margin:0;height:100%">
  <header><a role="button" href="https://accounts.google.com/SignOutOptions" aria-label="Google Account: Dora Diaz (${account})">D</a></header>
  <div role="main"></div>
  <script>
    const main = document.querySelector('[role=main]');
    function show() {
      const isList = location.hash === '' || location.hash === '#inbox';
      document.title = (isList ? 'Inbox (1)' : 'New bikes') + ' - ${account} - Gmail';
      main.innerHTML = isList
        ? '<table><tr role="row"><td><span data-legacy-message-id="00000000000000aa">New bikes</span></td></tr></table>'
        : '<h2 data-thread-perm-id="thread-f:1">New bikes</h2>' +
          '<div role="listitem"><div data-message-id="#msg-f:' + BigInt('0x${messageId}') + '" data-legacy-message-id="${messageId}">Hello.</div></div>';
    }
    addEventListener('hashchange', show);
    show();
  </script>
</body>
</html>`;
