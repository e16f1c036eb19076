import { describe, expect, it } from 'vitest';
import type { Clock } from '../../model/clock.ts';
import type { Fetch } from '../http.ts';
import { discoverExchange } from './autodiscover.ts';
import type { DiscoverOptions } from './autodiscover-search.ts';

const clock: Clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
const EWS = 'https://mail.corp.example/EWS/Exchange.asmx';
const BASIC = `Basic ${Buffer.from('ann@corp.example:pw').toString('base64')}`;

const unreachable = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code } });
const refusal = (): Response => new Response('', { status: 401, headers: { 'www-authenticate': 'Basic' } });
const xml = (text: string): Response => new Response(text, { headers: { 'content-type': 'text/xml' } });
const moved = (to: string): Response => new Response('', { status: 302, headers: { location: to } });

const soap = (inside: string): Response =>
  xml(
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetUserSettingsResponseMessage>' +
      `<Response><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse>${inside}</UserResponse></UserResponses>` +
      '</Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>',
  );
const soapFound = (url: string): Response =>
  soap(
    '<ErrorCode>NoError</ErrorCode><UserSettings><UserSetting><Name>InternalEwsUrl</Name><Value>https://inner/</Value>' +
      `</UserSetting><UserSetting><Name>ExternalEwsUrl</Name><Value>${url}</Value></UserSetting></UserSettings>`,
  );
const pox = (account: string): Response =>
  xml(`<Autodiscover xmlns="x"><Response><Account>${account}</Account></Response></Autodiscover>`);

type Route = (authorization: string | undefined, body: string) => Response;

/** Servers by the beginning of their address; every other address does not resolve. */
async function discover(routes: Readonly<Record<string, Route>>, more: Partial<DiscoverOptions> = {}) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push(`${init.headers.authorization === undefined ? '' : '*'}${url}`);
    const route = Object.entries(routes).find(([prefix]) => url.startsWith(prefix))?.[1];
    if (route === undefined) throw unreachable('ENOTFOUND');
    return route(init.headers.authorization, String(init.body ?? ''));
  };
  const outcome = await discoverExchange({
    login: 'ann@corp.example',
    password: 'pw',
    fetch,
    clock,
    random: { next: () => 0.5 },
    ...more,
  }).catch((error: unknown) => error);
  return { outcome, asked };
}

const signedIn =
  (answer: () => Response): Route =>
  (authorization) =>
    authorization === BASIC ? answer() : refusal();
const code = (name: string) => ({ failure: { code: name } });

describe('the order', () => {
  it('takes the answer of JSON v2 without sending the credential', async () => {
    const { outcome, asked } = await discover({
      'https://autodiscover.corp.example/autodiscover/autodiscover.json': () =>
        Response.json({ Protocol: 'EWS', Url: EWS }),
    });
    expect(outcome).toEqual({ ewsUrl: EWS });
    expect(asked.some((url) => url.startsWith('*'))).toBe(false);
  });

  it('goes from the domain to its autodiscover host, each in JSON, SOAP and POX', async () => {
    const { outcome, asked } = await discover({
      'https://corp.example/': () => new Response('none', { status: 404 }),
      'https://autodiscover.corp.example/autodiscover/autodiscover.json': () =>
        new Response('', { status: 404 }),
      'https://autodiscover.corp.example/autodiscover/autodiscover.svc': signedIn(() => soapFound(EWS)),
    });
    expect(outcome).toEqual({ ewsUrl: EWS });
    expect(asked).toEqual([
      'https://corp.example/autodiscover/autodiscover.json/v1.0/ann%40corp.example?Protocol=EWS&RedirectCount=1',
      'https://corp.example/autodiscover/autodiscover.svc',
      'https://corp.example/autodiscover/autodiscover.xml',
      'https://autodiscover.corp.example/autodiscover/autodiscover.json/v1.0/ann%40corp.example?Protocol=EWS&RedirectCount=1',
      'https://autodiscover.corp.example/autodiscover/autodiscover.svc',
      '*https://autodiscover.corp.example/autodiscover/autodiscover.svc',
    ]);
  });

  it('reads POX, outer protocol first', async () => {
    const protocols =
      '<Action>settings</Action><Protocol><Type>EXCH</Type><EwsUrl>https://inner.corp.example/EWS/Exchange.asmx</EwsUrl></Protocol>' +
      `<Protocol><Type>EXPR</Type><EwsUrl>${EWS}</EwsUrl></Protocol>`;
    const { outcome } = await discover({
      'https://corp.example/autodiscover/autodiscover.xml': signedIn(() => pox(protocols)),
      'https://corp.example/': () => new Response('', { status: 404 }),
    });
    expect(outcome).toEqual({ ewsUrl: EWS });
  });

  it('follows the unencrypted redirect to https within the own domain only, and never signs in over http', async () => {
    const target: Route = signedIn(() => soapFound(EWS));
    const good = await discover({
      'http://autodiscover.corp.example/': () =>
        moved('https://mail.corp.example/autodiscover/autodiscover.xml'),
      'https://mail.corp.example/autodiscover/autodiscover.svc': target,
    });
    expect(good.outcome).toEqual({ ewsUrl: EWS });
    for (const to of ['https://evil.example/autodiscover/autodiscover.xml', 'http://mail.corp.example/x']) {
      const bad = await discover({
        'http://autodiscover.corp.example/': () => moved(to),
        'https://evil': target,
      });
      expect(bad.outcome).toMatchObject(code('mailbox.autodiscover-failed'));
    }
    expect(good.asked.filter((url) => url.startsWith('*http:'))).toEqual([]);
  });

  it('asks the SRV record last', async () => {
    const names: string[] = [];
    const { outcome } = await discover(
      { 'https://mail.corp.example:8443/autodiscover/autodiscover.svc': signedIn(() => soapFound(EWS)) },
      {
        resolveSrv: async (name) => {
          names.push(name);
          return [{ host: 'mail.corp.example.', port: 8443 }];
        },
      },
    );
    expect([outcome, names]).toEqual([{ ewsUrl: EWS }, ['_autodiscover._tcp.corp.example']]);
  });
});

describe('redirects', () => {
  it('starts anew with the address that the server names', async () => {
    const { outcome } = await discover({
      'https://corp.example/autodiscover/autodiscover.svc': signedIn(() =>
        soap('<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>ann@inner.example</RedirectTarget>'),
      ),
      'https://autodiscover.inner.example/autodiscover/autodiscover.xml': signedIn(() =>
        pox(`<Protocol><Type>EXPR</Type><EwsUrl>${EWS}</EwsUrl></Protocol>`),
      ),
    });
    expect(outcome).toEqual({ ewsUrl: EWS });
  });

  it('follows a redirect to an address over https', async () => {
    const { outcome } = await discover({
      'https://corp.example/autodiscover/autodiscover.xml': signedIn(() =>
        pox(
          '<Action>redirectUrl</Action><RedirectUrl>https://other.example/autodiscover/autodiscover.xml</RedirectUrl>',
        ),
      ),
      'https://other.example/autodiscover/autodiscover.xml': signedIn(() =>
        pox(`<Protocol><Type>EXPR</Type><EwsUrl>${EWS}</EwsUrl></Protocol>`),
      ),
    });
    expect(outcome).toEqual({ ewsUrl: EWS });
  });

  it('ends after ten', async () => {
    let count = 0;
    const { outcome } = await discover({
      'https://corp.example/': () => {
        count += 1;
        return moved(`https://corp.example/loop${count}`);
      },
    });
    expect(outcome).toMatchObject({
      failure: { code: 'mailbox.autodiscover-failed', vendorCode: 'TooManyRedirects' },
    });
    expect(count).toBe(11);
  });
});

describe('what is told when nothing was found', () => {
  it('calls the password wrong only when every service said so', async () => {
    const all = await discover({ 'https://autodiscover.corp.example/': refusal });
    expect(all.outcome).toMatchObject(code('mailbox.credentials-rejected'));
    expect(all.asked.filter((url) => url.startsWith('*'))).toHaveLength(1);
    const some = await discover({
      'https://corp.example/autodiscover/': refusal,
      'https://autodiscover.corp.example/autodiscover/autodiscover.svc': signedIn(() => soapFound(EWS)),
    });
    expect(some.outcome).toEqual({ ewsUrl: EWS });
  });

  it('names an untrusted certificate', async () => {
    const { outcome } = await discover({
      'https://autodiscover.corp.example/': () => {
        throw unreachable('DEPTH_ZERO_SELF_SIGNED_CERT');
      },
    });
    expect(outcome).toMatchObject(code('mailbox.certificate-untrusted'));
  });

  it.each([
    [
      'JSON',
      {
        'https://corp.example/': () =>
          Response.json({ Url: 'https://outlook.office365.com/EWS/Exchange.asmx' }),
      },
    ],
    [
      'a redirect',
      { 'http://autodiscover.corp.example/': () => moved('https://autodiscover-s.outlook.com/x') },
    ],
  ])('sends people to Office 365 when %s names it', async (_, routes: Record<string, Route>) => {
    expect((await discover(routes)).outcome).toMatchObject(code('mailbox.use-office-365'));
  });

  it('needs an address where the login is none', async () => {
    const { outcome, asked } = await discover({}, { login: 'CORP\\ann' });
    expect([outcome, asked]).toMatchObject([code('mailbox.autodiscover-failed'), []]);
    const given = await discover(
      { 'https://corp.example/': () => Response.json({ Url: EWS }) },
      { login: 'CORP\\ann', address: 'ann@corp.example' },
    );
    expect(given.outcome).toEqual({ ewsUrl: EWS });
  });

  it('asks no host that the operator forbids', async () => {
    const { outcome, asked } = await discover(
      { 'https://corp.example/': () => Response.json({ Url: EWS }) },
      { checkHost: async () => Promise.reject(new Error('inner')) },
    );
    expect([outcome, asked]).toMatchObject([code('mailbox.autodiscover-failed'), []]);
  });
});
