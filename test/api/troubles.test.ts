/**
 * "Each trouble has its own clear text": one row per trouble, through the API as the dialog meets it. A row names the code that the person gets;
 * text, remedy and fields are the catalogue's, nothing becomes active, and the password is in no answer and no log line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import type { Served } from '../../simulators/shared/serve.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { ANNA, type Api, BEN, EWS_URL, openApi, type Person } from '../support/api-harness.ts';
import { closedPort } from '../support/closed-port.ts';
import { crmTroubles, mailTroubles, page, type Trouble } from '../support/troubles.ts';

let api: Api | null = null;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await api?.[Symbol.asyncDispose]();
  api = null;
  for (const close of closers.splice(0)) await close();
});

/** What holds for every refusal, whatever it was. */
async function expectRefused(
  { code, fields, vendorCode }: Pick<Trouble, 'code' | 'fields' | 'vendorCode'>,
  opened: Api,
  person: Person,
  form: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await person.activate(form);
  const { user, admin } = catalogue[code];
  expect(answer.body).toMatchObject({
    status: 422,
    code,
    type: `/docs/errors#${code}`,
    detail: user,
    admin,
    ...(fields === undefined ? {} : { fields }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
  expect(answer.status).toBe(422);
  expect(String(answer.headers['content-type'])).toContain('application/problem+json');
  expect((await person.call('GET', '/api/mailbox')).status).toBe(404);
  expect((await person.call('GET', '/api/session')).body).toMatchObject({ mailbox: null });
  expect(await opened.runDue()).toBe(0);
  const told = [...opened.answers, ...opened.logLines].join('\n');
  for (const secret of [ANNA.password, ...(form.password === undefined ? [] : [form.password])]) {
    expect(told).not.toContain(secret);
    expect(told).not.toContain(Buffer.from(`${ANNA.address}:${secret}`).toString('base64'));
  }
  expect(told).not.toContain('secret-in-link');
}

describe.each([
  ['the mailbox', mailTroubles],
  ['the CRM', crmTroubles],
] as const)('an activation with trouble on the side of %s', (_, troubles) => {
  it.each(troubles)('names $title', async (trouble) => {
    api = await openApi();
    const person = await api.signIn(ANNA);
    await trouble.make?.(api, person);
    await expectRefused(trouble, api, person, trouble.form ?? {});
    if (trouble.sendsPassword === false)
      expect(api.sentToMail.filter(({ authorization }) => authorization !== null)).toEqual([]);
    expect(
      api.sentToMail.filter(({ url, authorization }) => authorization !== null && !url.startsWith('https:')),
    ).toEqual([]);
  });
});

describe('an activation over a real network', () => {
  const overNetwork = async (options: Parameters<typeof openApi>[0] = {}): Promise<[Api, Person]> => {
    api = await openApi({ network: true, ...options });
    return [api, await api.signIn(ANNA)];
  };
  const serveSecurely = async (opened: Api, names: { readonly certificateFor: string }) => {
    const tls = createSelfSigned(names.certificateFor, Date.now());
    const served: Served = await opened.services.exchange.serve({ tls, host: '127.0.0.1' });
    closers.push(() => served.close());
    return { ca: tls.cert, ewsUrl: `https://localhost:${served.port}/EWS/Exchange.asmx` };
  };

  it('names a certificate that nobody vouches for, and sends nothing', async () => {
    const [opened, person] = await overNetwork({ ewsAllowedHosts: ['localhost'] });
    const { ewsUrl } = await serveSecurely(opened, { certificateFor: 'localhost' });
    await expectRefused({ code: 'mailbox.certificate-untrusted' }, opened, person, { ewsUrl });
    expect(opened.services.exchange.requests.count()).toBe(0);
  });

  it('names a server that refuses the connection', async () => {
    const [opened, person] = await overNetwork({ ewsAllowedHosts: ['localhost'] });
    const ewsUrl = `https://localhost:${await closedPort()}/EWS/Exchange.asmx`;
    await expectRefused({ code: 'mailbox.unreachable', vendorCode: 'ECONNREFUSED' }, opened, person, {
      ewsUrl,
    });
  });

  it('names a server that speaks no TLS', async () => {
    const [opened, person] = await overNetwork({ ewsAllowedHosts: ['localhost'] });
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    await expectRefused({ code: 'mailbox.unreachable' }, opened, person, {
      ewsUrl: `https://localhost:${port}/EWS/Exchange.asmx`,
    });
  });

  it('refuses a name that leads into the network and is not listed, before any connection', async () => {
    const [opened, person] = await overNetwork();
    const { ewsUrl } = await serveSecurely(opened, { certificateFor: 'localhost' });
    await expectRefused({ code: 'mailbox.link-not-allowed', vendorCode: 'InnerAddress' }, opened, person, {
      ewsUrl,
    });
    expect(opened.services.exchange.requests.count()).toBe(0);
  });

  it('succeeds where the company’s own authority vouches for the server', async () => {
    const tls = createSelfSigned('localhost', Date.now());
    const [opened, person] = await overNetwork({ ewsAllowedHosts: ['localhost'], extraCa: [tls.cert] });
    const served = await opened.services.exchange.serve({ tls, host: '127.0.0.1' });
    closers.push(() => served.close());
    const answer = await person.activate({ ewsUrl: `https://localhost:${served.port}/EWS/Exchange.asmx` });
    expect(answer.body).toMatchObject({ mailbox: { state: 'active', address: ANNA.address } });
  });
});

describe('a dialog', () => {
  it('does not keep a person waiting for a server that cannot be reached', async () => {
    api = await openApi();
    const person = await api.signIn(ANNA);
    api.hosts.set('www.contoso.test', () => page());
    await person.activate({ ewsUrl: 'https://www.contoso.test' });
    expect(api.clock.waits.length).toBeLessThanOrEqual(1);
  });
});

describe('a password', () => {
  it('that is wrong is sent once, so that nobody is locked out', async () => {
    api = await openApi();
    const person = await api.signIn(ANNA);
    await person.activate({ password: 'wrong-password' });
    const sent = api.sentToMail.filter(({ authorization }) => authorization !== null);
    expect(sent).toHaveLength(1);
    expect(api.clock.waits).toEqual([]);
    // The first request carries none: a server that is not proven must ask first.
    expect(api.sentToMail[0]).toEqual({ url: EWS_URL, authorization: null });
  });

  it('that is wrong reaches two servers at most when they are looked for', async () => {
    api = await openApi();
    const person = await api.signIn(ANNA);
    api.services.exchange.world.autodiscover.json = false;
    await person.activate({ password: 'wrong-password', ewsUrl: '' });
    const sent = api.sentToMail.filter(({ authorization }) => authorization !== null);
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(new Set(sent.map(({ url }) => new URL(url).host)).size).toBe(sent.length);
  });

  it('is no way into a colleague’s mailbox', async () => {
    api = await openApi();
    const person = await api.signIn(ANNA);
    const answer = await person.activate({ login: BEN.address, password: 'not-his-password' });
    expect(answer.body).toMatchObject({ code: 'mailbox.credentials-rejected' });
  });
});
