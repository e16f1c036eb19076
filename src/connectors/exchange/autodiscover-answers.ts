/**
 * What the three dialects of Autodiscover ask and answer, pure: JSON v2, SOAP and POX each come down to an EWS address, a redirect
 * or nothing. It sends nothing and trusts nothing: the caller checks every address it is told.
 */
import { escapeXml, find, readXmlText, textOf, type XmlNode } from './soap.ts';

export type DiscoveryAnswer =
  | { readonly kind: 'found'; readonly ewsUrl: string }
  | { readonly kind: 'redirect-url'; readonly url: string }
  | { readonly kind: 'redirect-address'; readonly address: string }
  | { readonly kind: 'nothing' };

const NOTHING: DiscoveryAnswer = { kind: 'nothing' };

/** Takes no credentials, so it is asked first (Exchange 2016 and later). */
export function jsonPath(address: string): string {
  return `/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(address)}?Protocol=EWS&RedirectCount=1`;
}

export function readJson(text: string): DiscoveryAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    const url = typeof answer === 'object' && answer !== null && 'Url' in answer ? answer.Url : null;
    return typeof url === 'string' && url !== '' ? { kind: 'found', ewsUrl: url } : NOTHING;
  } catch {
    return NOTHING;
  }
}

const SOAP_NAMESPACE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
export const SOAP_PATH = '/autodiscover/autodiscover.svc';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap */
export function writeGetUserSettings(url: string, address: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="${SOAP_NAMESPACE}" ` +
    'xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header>' +
    '<a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion>' +
    `<wsa:Action>${SOAP_NAMESPACE}/Autodiscover/GetUserSettings</wsa:Action><wsa:To>${escapeXml(url)}</wsa:To>` +
    '</soap:Header><soap:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User>' +
    `<a:Mailbox>${escapeXml(address)}</a:Mailbox></a:User></a:Users><a:RequestedSettings>` +
    '<a:Setting>ExternalEwsUrl</a:Setting><a:Setting>InternalEwsUrl</a:Setting>' +
    '</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>'
  );
}

/** The outer address is preferred: we are not known to sit inside. */
export async function readUserSettings(text: string): Promise<DiscoveryAnswer> {
  const user = find(await tree(text), 'UserResponse');
  const code = textOf(user, 'ErrorCode');
  const target = textOf(user, 'RedirectTarget');
  if (code === 'RedirectAddress' && target !== null) return { kind: 'redirect-address', address: target };
  if (code === 'RedirectUrl' && target !== null) return { kind: 'redirect-url', url: target };
  const settings = find(user, 'UserSettings')?.children ?? [];
  const setting = (name: string): string | null => {
    const found = settings.find((entry) => textOf(entry, 'Name') === name);
    return found === undefined ? null : textOf(found, 'Value');
  };
  const ewsUrl = setting('ExternalEwsUrl') ?? setting('InternalEwsUrl');
  return ewsUrl === null ? NOTHING : { kind: 'found', ewsUrl };
}

export const POX_PATH = '/autodiscover/autodiscover.xml';
const POX_NAMESPACE = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-request-for-exchange */
export function writePoxRequest(address: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<Autodiscover xmlns="${POX_NAMESPACE}/requestschema/2006"><Request>` +
    `<EMailAddress>${escapeXml(address)}</EMailAddress>` +
    `<AcceptableResponseSchema>${POX_NAMESPACE}/responseschema/2006a</AcceptableResponseSchema>` +
    '</Request></Autodiscover>'
  );
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange */
export async function readPox(text: string): Promise<DiscoveryAnswer> {
  const account = find(await tree(text), 'Account');
  const action = textOf(account, 'Action')?.toLowerCase();
  const address = textOf(account, 'RedirectAddr');
  const url = textOf(account, 'RedirectUrl');
  if (action === 'redirectaddr' && address !== null) return { kind: 'redirect-address', address };
  if (action === 'redirecturl' && url !== null) return { kind: 'redirect-url', url };
  const protocols = (account?.children ?? []).filter(({ name }) => name === 'Protocol');
  // EXPR is how Outlook comes from outside, EXCH from inside. ASUrl is the older name of the same address.
  for (const type of ['EXPR', 'EXCH']) {
    const protocol = protocols.find((entry) => typeOf(entry) === type);
    const ewsUrl = textOf(protocol, 'EwsUrl') ?? textOf(protocol, 'ASUrl');
    if (ewsUrl !== null) return { kind: 'found', ewsUrl };
  }
  return NOTHING;
}

const typeOf = (protocol: XmlNode): string =>
  (protocol.attributes.Type ?? textOf(protocol, 'Type') ?? '').toUpperCase();

async function tree(text: string): Promise<XmlNode | undefined> {
  try {
    return await readXmlText(text);
  } catch {
    return undefined;
  }
}
