/** What the sandbox prints when it is up: addresses, logins, what to try, and how to let things go wrong. */

import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { sayInStep } from '../src/model/collection-words.ts';
import {
  COMPANY_DOMAIN,
  type Colleague,
  colleagues,
  customers,
  SANDBOX_PASSWORD,
  serviceWords,
} from './cast.ts';
import type { Sandbox } from './sandbox.ts';
import { REFUSED_SUBJECT } from './seed-items.ts';
import { firstOfEach } from './seed-mail.ts';
import { SANDBOX_CLIENT_ID } from './simulated-services.ts';

export function welcome(sandbox: Sandbox, synced: MailboxView): readonly string[] {
  const mails = [...sandbox.seeded.delivered.values()].reduce((total, count) => total + count, 0);
  return [
    '',
    `  Lockstep is up:                  ${sandbox.url}`,
    `  Simulated Exchange:              ${sandbox.ewsUrl}`,
    `  Simulated Entra ID and Graph:    ${sandbox.office365Url}`,
    `  Simulated Google and Gmail:      ${sandbox.googleUrl}`,
    `  Simulated Salesforce:            ${sandbox.salesforceUrl}`,
    `  E-mails that Lockstep sends:     ${sandbox.outbox.url}`,
    '',
    `  ${mails} mails are waiting in ${sandbox.seeded.delivered.size} mailboxes. Everybody's password, everywhere: ${SANDBOX_PASSWORD}`,
    ...colleagues.map(
      (one) =>
        `    ${one.name.padEnd(14)} Salesforce ${one.salesforceUsername.padEnd(20)} ${serviceWords[one.service].padEnd(11)} ${one.address}`,
    ),
    '',
    `  ${synced.address} is set up already: ${synced.savedTotal} mails were saved to Salesforce; in step with it are ${sayInStep(synced.inStep)}.`,
    '',
    ...whatToTry(sandbox),
    '',
    ...whatGoesWrong(sandbox),
    '',
  ];
}

function whatToTry(sandbox: Sandbox): readonly string[] {
  const [anna, ben, carla] = firstOfEach(colleagues) as [Colleague, Colleague, Colleague];
  return [
    '  What to try:',
    `    1. Open ${sandbox.url} and log in with Salesforce as ${anna.salesforceUsername}: her mailbox is on Exchange.`,
    `       Login ${anna.address} or CONTOSO\\${anna.userName}, password ${SANDBOX_PASSWORD}, under More the EWS link ${sandbox.ewsUrl}`,
    '    2. Connect to Exchange, read the preview, press Start and watch the first sync; then Sync now.',
    `    3. In another browser window (private), log in as ${ben.salesforceUsername}: Office 365. Sign in at the simulated Microsoft, and accept.`,
    `    4. The same as ${carla.salesforceUsername}: Gmail. Tick what Google asks, and continue.`,
    '    5. "One mail for all of you" came to all of them: in Salesforce it is one record.',
    '       "One meeting for all of you" is one event there, too, with everybody\'s answer; events, contacts and tasks go up and come down.',
    '    6. Deliver a mail and sync again:',
    ...control(sandbox, anna, 'deliver', delivery(anna)),
    ...visitToMend(sandbox, anna),
  ];
}

/** Nothing where the mail is the reader's own: then there are no samples. */
function visitToMend(sandbox: Sandbox, owner: Colleague): readonly string[] {
  const itemId = sandbox.seeded.refused.get(owner.address);
  if (itemId === undefined) return [];
  return [
    `    7. "${REFUSED_SUBJECT} to the factory" is refused by a rule of Salesforce, which says why: see the issue, name a place, and try again:`,
    ...control(sandbox, owner, 'editEvent', {
      address: owner.address,
      itemId,
      changes: { location: 'Factory' },
    }),
  ];
}

function whatGoesWrong(sandbox: Sandbox): readonly string[] {
  const [anna, ben, carla] = firstOfEach(colleagues) as [Colleague, Colleague, Colleague];
  const client = { domain: COMPANY_DOMAIN, clientId: SANDBOX_CLIENT_ID };
  return [
    '  What goes wrong elsewhere, and is mended in the page:',
    `    Exchange     a wrong password, a wrong link, a link to a web page`,
    `    Consent      Cancel at Microsoft or Google; leave a box unticked at Google; sign in as admin@ or info@${COMPANY_DOMAIN} instead`,
    '    Need admin approval: only administrators may consent at Microsoft now ("userConsent": "allowed" ends it)',
    ...control(sandbox, ben, 'setConsent', { domain: COMPANY_DOMAIN, userConsent: 'adminOnly' }),
    `       admin@${COMPANY_DOMAIN} approves for everybody on the page that Lockstep then names.`,
    '    The app blocked by the administrator at Google ("policy": "allowed" ends it)',
    ...control(sandbox, carla, 'setAppPolicy', { ...client, policy: 'blocked' }),
    '    Tokens revoked: sync stops at its next run and says so (Microsoft lets an access token live on, so it is let lapse)',
    ...control(sandbox, ben, 'revokeTokens', { address: ben.address }),
    ...control(sandbox, ben, 'expireAccessTokens', { address: ben.address }),
    ...control(sandbox, carla, 'revokeTokens', { address: carla.address }),
    '    Password changed: after six refused runs sync asks for a new one, and tells so by e-mail',
    ...control(sandbox, carla, 'changePassword', { address: carla.address, password: 'sandbox-2' }),
    ...control(sandbox, anna, 'setPassword', { login: anna.userName, password: 'sandbox-2' }),
  ];
}

/** A call of the control surface of somebody's service, to be pasted into a shell. */
function control(sandbox: Sandbox, owner: Colleague, act: string, body: object): readonly string[] {
  const origins = {
    exchange: new URL(sandbox.ewsUrl).origin,
    office365: sandbox.office365Url,
    google: sandbox.googleUrl,
  };
  return [
    `       curl -s ${origins[owner.service]}/_control/${owner.service}/${act} -d '${JSON.stringify(body)}'`,
  ];
}

function delivery(to: Colleague) {
  const customer = customers[0];
  const text = `Message-ID: <try-1@acme-bikes.test>\r\nFrom: ${customer?.address}\r\nTo: ${to.address}\r\nSubject: Hello\r\n\r\nHello.\r\n`;
  return { address: to.address, folder: 'inbox', mime: Buffer.from(text).toString('base64') };
}
