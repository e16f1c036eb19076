/**
 * Autodiscover over SOAP (GetUserSettings).
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap
 */
import { findMailbox } from './accounts.ts';
import { answerFor, ewsUrl, readAt, xmlResponse } from './autodiscover.ts';
import type { World } from './world.ts';
import { descend } from './xml-tree.ts';
import { element, textElement } from './xml-writer.ts';

const SOAP_NAMESPACE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const XML_HEADER = '<?xml version="1.0" encoding="utf-8"?>';

/** GetUserSettings: one answer per address asked for. */
export function answerSoapAutodiscover(world: World, body: string): Response {
  const request = readAt(body, 'Body', 'GetUserSettingsRequestMessage', 'Request');
  const users = descend(request, 'Users')?.children ?? [];
  const wanted = (descend(request, 'RequestedSettings')?.children ?? []).map((node) => node.text.trim());
  const responses = users.map((user) => soapUser(world, descend(user, 'Mailbox')?.text.trim() ?? '', wanted));
  const isInvalid = request === undefined || users.length === 0;
  const xml = [
    textElement('ErrorCode', isInvalid ? 'InvalidRequest' : 'NoError'),
    textElement('ErrorMessage', isInvalid ? 'The request is invalid.' : ''),
    element('UserResponses', {}, ...responses),
  ].join('');
  const response = element('Response', { 'xmlns:i': 'http://www.w3.org/2001/XMLSchema-instance' }, xml);
  const message = element('GetUserSettingsResponseMessage', { xmlns: SOAP_NAMESPACE }, response);
  const action = `${SOAP_NAMESPACE}/Autodiscover/GetUserSettingsResponse`;
  const { major, minor, build, revision } = world.build;
  const version = [
    textElement('h:MajorVersion', major),
    textElement('h:MinorVersion', minor),
    textElement('h:MajorBuildNumber', build),
    textElement('h:MinorBuildNumber', revision),
    textElement('h:Version', 'Exchange2015'),
  ].join('');
  const header = `<a:Action s:mustUnderstand="1">${action}</a:Action>${element('h:ServerVersionInfo', { 'xmlns:h': SOAP_NAMESPACE }, version)}`;
  return xmlResponse(
    `${XML_HEADER}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>${header}</s:Header><s:Body>${message}</s:Body></s:Envelope>`,
  );
}

function soapUser(world: World, address: string, wanted: string[]): string {
  const answer = answerFor(world, address);
  if (answer === undefined)
    return soapUserResponse('InvalidUser', `The e-mail address cannot be found.`, undefined, '');
  if (answer.kind === 'redirectAddr')
    return soapUserResponse('RedirectAddress', 'Redirection address.', answer.address, '');
  if (answer.kind === 'redirectUrl')
    return soapUserResponse('RedirectUrl', 'Redirection Url.', answer.url, '');
  const { major, minor, build, revision } = world.build;
  const known: Record<string, string> = {
    UserDisplayName: findMailbox(world.directory, address)?.displayName ?? address,
    InternalEwsUrl: ewsUrl(world, answer),
    ExternalEwsUrl: ewsUrl(world, answer),
    CasVersion: `${major}.${String(minor).padStart(2, '0')}.${build}.${String(revision).padStart(3, '0')}`,
    EwsSupportedSchemas: [...world.versions].join(', '),
    AutoDiscoverSMTPAddress: address,
  };
  const settings = wanted.flatMap((name) => {
    const value = known[name];
    if (value === undefined) return [];
    return [
      element(
        'UserSetting',
        { 'i:type': 'StringSetting' },
        textElement('Name', name),
        textElement('Value', value),
      ),
    ];
  });
  return soapUserResponse('NoError', 'No error.', undefined, settings.join(''));
}

function soapUserResponse(
  code: string,
  message: string,
  target: string | undefined,
  settings: string,
): string {
  return element(
    'UserResponse',
    {},
    textElement('ErrorCode', code),
    textElement('ErrorMessage', message),
    target === undefined ? '<RedirectTarget i:nil="true"/>' : textElement('RedirectTarget', target),
    '<UserSettingErrors/>',
    element('UserSettings', {}, settings),
  );
}
