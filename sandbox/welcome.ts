/** What the sandbox prints when it is up: addresses, logins, and what to try. */

import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { colleagues, customers, SANDBOX_PASSWORD } from './cast.ts';
import type { Sandbox } from './sandbox.ts';

export function welcome(sandbox: Sandbox, synced: MailboxView): readonly string[] {
  const [first] = colleagues;
  const mails = [...sandbox.seeded.delivered.values()].reduce((total, count) => total + count, 0);
  return [
    '',
    `  Lockstep is up:          ${sandbox.url}`,
    `  Simulated Exchange:      ${sandbox.ewsUrl}`,
    `  Simulated Salesforce:    ${sandbox.salesforceUrl}`,
    '',
    `  ${mails} mails are waiting in ${sandbox.seeded.delivered.size} mailboxes. Everybody's password: ${SANDBOX_PASSWORD}`,
    ...colleagues.map(
      (one) =>
        `    ${one.name.padEnd(14)} Salesforce ${one.salesforceUsername.padEnd(20)} Exchange ${one.address} or CONTOSO\\${one.userName}`,
    ),
    '',
    `  ${synced.address} is set up already: ${synced.lastRun?.created ?? 0} of ${synced.lastRun?.examined ?? 0} mails were saved to Salesforce.`,
    '',
    '  What to try:',
    `    1. Open ${sandbox.url} and log in with Salesforce as ${first?.salesforceUsername ?? ''}.`,
    `    2. In the dialog: login ${first?.address ?? ''}, password ${SANDBOX_PASSWORD}, under More the EWS link ${sandbox.ewsUrl}`,
    '    3. Connect to Exchange, and watch the first sync; then Sync now.',
    `    4. Deliver a mail and sync again:`,
    `       curl -s ${sandbox.ewsUrl.replace('/EWS/Exchange.asmx', '')}/_control/exchange/deliver -H 'content-type: application/json' \\`,
    `         -d '${JSON.stringify(sampleDelivery())}'`,
    '    5. Try a wrong password, a wrong link, or a link to a web page.',
    '',
    '  Ctrl+C stops everything. The next start begins anew.',
    '',
  ];
}

function sampleDelivery() {
  const customer = customers[0];
  const to = colleagues[0]?.address ?? '';
  const text = `Message-ID: <try-1@acme-bikes.test>\r\nFrom: ${customer?.address}\r\nTo: ${to}\r\nSubject: Hello\r\n\r\nHello.\r\n`;
  return { address: to, folder: 'inbox', mime: Buffer.from(text).toString('base64') };
}
