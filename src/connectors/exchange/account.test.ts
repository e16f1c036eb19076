import { describe, expect, it } from 'vitest';
import {
  answer,
  connect,
  failed,
  type Handler,
  mailboxStub,
  message,
  success,
} from '../../../test/support/canned-exchange.ts';

describe('identify', () => {
  const resolution = (address: string, ...proxies: readonly string[]): string =>
    `<t:Resolution><t:Mailbox><t:Name>n</t:Name><t:EmailAddress>${address}</t:EmailAddress>` +
    '<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox><t:Contact><t:EmailAddresses>' +
    proxies.map((proxy, at) => `<t:Entry Key="EmailAddress${at + 1}">${proxy}</t:Entry>`).join('') +
    '</t:EmailAddresses></t:Contact></t:Resolution>';
  const handler =
    (...resolutions: readonly string[]): Handler =>
    (_body, operation) =>
      operation === 'ResolveNames'
        ? answer(operation, success(operation, `<m:ResolutionSet>${resolutions.join('')}</m:ResolutionSet>`))
        : answer(
            operation,
            success(operation, '<m:Folders><t:Folder><t:FolderId Id="inbox"/></t:Folder></m:Folders>'),
          );

  it('finds the primary address and the aliases of the own mailbox among guesses', async () => {
    const { connector } = connect(
      handler(
        resolution('annabel@corp.example'),
        resolution(
          'Ann.Doe@corp.example',
          'SMTP:Ann.Doe@corp.example',
          'smtp:ann@corp.example',
          'SIP:ann@corp.example',
        ),
      ),
    );
    expect(await connector.identify()).toEqual({
      address: 'ann.doe@corp.example',
      addresses: ['ann.doe@corp.example', 'ann@corp.example'],
    });
  });

  it('proves a DOMAIN\\user login by the Inbox among several guesses', async () => {
    const folder = (id: string): string =>
      success('GetFolder', `<m:Folders><t:Folder><t:FolderId Id="${id}"/></t:Folder></m:Folders>`);
    const guesses = handler(resolution('anna@corp.example'), resolution('ann.doe@corp.example'));
    const stub: Parameters<typeof connect>[0] = (body, operation) => {
      if (!body.includes('anna@corp.example')) return guesses(body, operation);
      return answer('GetFolder', folder('own'), failed('GetFolder', 'ErrorAccessDenied'), folder('own'));
    };
    const { connector } = connect(stub, { login: 'CORP\\ann' });
    expect((await connector.identify()).address).toBe('ann.doe@corp.example');
    const nobody = connect(
      (body, operation) =>
        body.includes('anna@corp.example')
          ? answer('GetFolder', folder('own'), folder('a'), folder('b'))
          : guesses(body, operation),
      { login: 'CORP\\ann' },
    );
    await expect(nobody.connector.identify()).rejects.toMatchObject({
      failure: { code: 'mailbox.not-found' },
    });
  });

  it('keeps the login where the directory knows nothing', async () => {
    const { connector } = connect((body, operation) =>
      operation === 'ResolveNames'
        ? answer(operation, failed(operation, 'ErrorNameResolutionNoResults'))
        : (handler()(body, operation) as string),
    );
    expect(await connector.identify()).toEqual({
      address: 'ann@corp.example',
      addresses: ['ann@corp.example'],
    });
  });
});

it('checks every capability, and names the same trouble for all when signing in fails', async () => {
  const good = connect((body, operation) => {
    if (operation === 'ResolveNames')
      return answer(operation, failed(operation, 'ErrorNameResolutionNoResults'));
    if (operation === 'CreateFolder') return answer(operation, success(operation, ''));
    if (operation === 'GetItem')
      return answer(
        operation,
        success(operation, message('A', '<t:EffectiveRights><t:Modify>false</t:Modify></t:EffectiveRights>')),
      );
    return mailboxStub(() => null).handler(body, operation);
  });
  const results = await good.connector.check();
  expect(results.map(({ capability, ok }) => `${capability}:${ok}`)).toEqual([
    'sign-in:true',
    'read-mail:true',
    'write-categories:false',
    'salesforce-folder:true',
    'events:false',
    'contacts:false',
    'tasks:false',
  ]);
  expect(good.bodies.some((body) => body.includes('<m:CreateFolder'))).toBe(false);
  const refused = connect(() => new Response('', { status: 401, headers: { 'www-authenticate': 'Basic' } }));
  const codes = (await refused.connector.check()).map((result) => result.failure?.code);
  expect(new Set(codes)).toEqual(new Set(['mailbox.credentials-rejected']));
  expect(refused.bodies).toHaveLength(1);
});
