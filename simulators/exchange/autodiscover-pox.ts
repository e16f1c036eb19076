/**
 * Autodiscover in plain XML (POX), the oldest form.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-web-service-reference-for-exchange
 */
import { findMailbox } from './accounts.ts';
import { type AutodiscoverAnswer, answerFor, ewsUrl, readAt, xmlResponse } from './autodiscover.ts';
import type { World } from './world.ts';
import { descend } from './xml-tree.ts';
import { element, escapeXml, formatTime, textElement } from './xml-writer.ts';

const POX_REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const POX_RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const POX_OUTER = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const XML_HEADER = '<?xml version="1.0" encoding="utf-8"?>';

/** The older plain-XML form. */
export function answerPox(world: World, body: string): Response {
  const root = readAt(body);
  const address = descend(root, 'Request', 'EMailAddress')?.text.trim() ?? '';
  if (root?.namespace !== POX_REQUEST || !address.includes('@'))
    return poxError(world, 600, 'Invalid Request');
  const answer = answerFor(world, address);
  if (answer === undefined) return poxError(world, 500, "The e-mail address can't be found.");
  return poxResponse(poxUser(world, address) + poxAccount(world, answer));
}

function poxUser(world: World, address: string): string {
  const name = findMailbox(world.directory, address)?.displayName ?? address;
  return element(
    'User',
    {},
    textElement('DisplayName', name),
    textElement('LegacyDN', '/o=Simulated/ou=Exchange Administrative Group/cn=Recipients/cn=user'),
    textElement('AutoDiscoverSMTPAddress', address),
  );
}

function poxAccount(world: World, answer: AutodiscoverAnswer): string {
  const parts = [textElement('AccountType', 'email')];
  if (answer.kind === 'redirectAddr') {
    parts.push(textElement('Action', 'redirectAddr'), textElement('RedirectAddr', answer.address));
  } else if (answer.kind === 'redirectUrl') {
    parts.push(textElement('Action', 'redirectUrl'), textElement('RedirectUrl', answer.url));
  } else {
    const url = ewsUrl(world, answer);
    const urls = [textElement('ASUrl', url), textElement('EwsUrl', url), textElement('OOFUrl', url)].join('');
    const server = textElement('Server', new URL(url).hostname);
    parts.push(
      textElement('Action', 'settings'),
      element('Protocol', {}, textElement('Type', 'EXCH'), server, urls),
      element('Protocol', {}, textElement('Type', 'EXPR'), server, urls),
    );
  }
  return element('Account', {}, ...parts);
}

function poxResponse(content: string): Response {
  const response = element('Response', { xmlns: POX_RESPONSE }, content);
  return xmlResponse(`${XML_HEADER}${element('Autodiscover', { xmlns: POX_OUTER }, response)}`);
}

function poxError(world: World, code: number, message: string): Response {
  const time = formatTime(world.now()).slice(11, 19);
  const error = `<Error Time="${time}.0000000" Id="1"><ErrorCode>${code}</ErrorCode><Message>${escapeXml(message)}</Message><DebugData/></Error>`;
  const response = element('Response', { xmlns: POX_OUTER }, error);
  return xmlResponse(`${XML_HEADER}${element('Autodiscover', { xmlns: POX_OUTER }, response)}`);
}
