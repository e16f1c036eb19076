/**
 * "Each trouble has its own clear text": one row per trouble, through the API as the dialog meets it. A row names the code that the person gets;
 * text, remedy and fields are the catalogue's, nothing becomes active, and the password is in no answer and no log line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Served } from '../../simulators/shared/serve.ts';
import { catalogue, type FailureCode } from '../../src/model/catalogue.ts';
import { ANNA, type Api, BEN, closedPort, EWS_URL, openApi, type Person } from '../support/api-harness.ts';
import { createSelfSigned } from '../support/self-signed.ts';

interface Trouble {
  readonly title: string;
  readonly code: FailureCode;
  readonly form?: Readonly<Record<string, string>>;
  /** Makes the trouble; may answer with changes to the form. */
  readonly make?: (api: Api, person: Person) => unknown;
  readonly fields?: readonly string[];
  readonly vendorCode?: string;
  /** Whether the password may leave at all. Default true. */
  readonly sendsPassword?: boolean;
}

const SALESFORCE_USER = ANNA.salesforceUsername;
const noLink = { ewsUrl: '' };
const autodiscover = (
  api: Api,
  answer: Parameters<Api['services']['exchange']['world']['autodiscover']['answers']['set']>[1],
) => api.services.exchange.world.autodiscover.answers.set(ANNA.address, answer);

const page = () =>
  new Response('<!doctype html><title>Welcome</title>', { headers: { 'content-type': 'text/html' } });
const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });

const mailTroubles: readonly Trouble[] = [
  { title: 'a wrong password', code: 'mailbox.credentials-rejected', form: { password: 'wrong-password' } },
  {
    title: 'a login that nobody has',
    code: 'mailbox.credentials-rejected',
    form: { login: 'nobody@contoso.test' },
  },
  {
    title: 'an account that is locked',
    code: 'mailbox.credentials-rejected',
    make: (api) => api.services.exchange.setAccountState(ANNA.address, 'locked'),
  },
  {
    title: 'an account that is disabled',
    code: 'mailbox.account-disabled',
    make: (api) => api.services.exchange.setAccountState(ANNA.address, 'mailboxDisabled'),
  },
  {
    title: 'a password that has expired',
    code: 'mailbox.password-expired',
    make: (api) =>
      api.services.exchange.faults.add({
        operation: 'GetFolder',
        effect: { kind: 'service', code: 'ErrorPasswordExpired', form: 'fault' },
      }),
  },
  {
    title: 'a mailbox without permission',
    code: 'mailbox.access-denied',
    make: (api) => api.services.exchange.setDenied(ANNA.address, true),
  },
  {
    title: 'an inbox without permission',
    code: 'mailbox.access-denied',
    make: (api) => api.services.exchange.setDenied(ANNA.address, true, 'inbox'),
  },
  {
    title: 'a login without a mailbox of its own',
    code: 'mailbox.not-found',
    form: { login: 'clerk@contoso.test', password: 'clerk-1' },
    make: (api) => api.services.exchange.addServiceAccount({ userName: 'clerk', password: 'clerk-1' }),
  },
  {
    title: 'Exchange Web Services switched off',
    code: 'mailbox.ews-switched-off',
    make: (api) => api.services.exchange.faults.add({ effect: { kind: 'http', status: 403, body: 'html' } }),
  },
  {
    title: 'a mailbox that is being moved',
    code: 'mailbox.moving',
    make: (api) =>
      api.services.exchange.faults.add({
        effect: { kind: 'service', code: 'ErrorMailboxMoveInProgress', form: 'fault' },
      }),
  },
  {
    title: 'a server that asks to stay away',
    code: 'mailbox.throttled',
    make: (api) => api.services.exchange.throttle(ANNA.address, 60_000),
  },
  {
    title: 'a server that has a temporary problem',
    code: 'mailbox.transient',
    make: (api) => api.services.exchange.faults.add({ effect: { kind: 'http', status: 502, body: 'html' } }),
  },
  {
    title: 'a link to a web page',
    code: 'mailbox.not-exchange',
    form: { ewsUrl: 'https://www.contoso.test' },
    sendsPassword: false,
    make: ({ hosts }) => hosts.set('www.contoso.test', () => page()),
  },
  {
    title: 'a link to a web page that asks for a form to be filled in',
    code: 'mailbox.not-exchange',
    form: { ewsUrl: 'https://www.contoso.test' },
    sendsPassword: false,
    make: ({ hosts }) =>
      hosts.set('www.contoso.test', () => redirect('https://www.contoso.test/owa/auth/logon.aspx')),
  },
  {
    title: 'a link to a web page behind which Exchange once was',
    code: 'mailbox.not-exchange',
    make: (api) => api.services.exchange.faults.add({ effect: { kind: 'http', status: 200, body: 'html' } }),
  },
  {
    title: 'a link to a page that is not there',
    code: 'mailbox.not-exchange',
    form: { ewsUrl: 'https://mail.contoso.test/owa/exchange.asmx' },
    sendsPassword: false,
  },
  {
    title: 'a link to a web page of another path',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: 'https://mail.contoso.test/owa/' },
    vendorCode: 'NotAnEwsPath',
    sendsPassword: false,
  },
  {
    title: 'a link to a host that does not resolve',
    code: 'mailbox.unreachable',
    form: { ewsUrl: 'https://mail.nowhere.test/EWS/Exchange.asmx' },
    vendorCode: 'ENOTFOUND',
    sendsPassword: false,
  },
  {
    title: 'a link over plain http',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: EWS_URL.replace('https:', 'http:') },
    vendorCode: 'NotHttps',
    sendsPassword: false,
  },
  {
    title: 'a link with credentials in it',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: EWS_URL.replace('//', '//anna:secret-in-link@') },
    vendorCode: 'CredentialsInUrl',
    sendsPassword: false,
  },
  {
    title: 'a link that is none',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: 'our mail server' },
    sendsPassword: false,
  },
  {
    title: 'an Office 365 link',
    code: 'mailbox.use-office-365',
    form: { ewsUrl: 'https://outlook.office365.com/EWS/Exchange.asmx' },
    sendsPassword: false,
  },
  {
    title: 'a link that redirects to Office 365',
    code: 'mailbox.use-office-365',
    form: { ewsUrl: 'https://www.contoso.test' },
    sendsPassword: false,
    make: ({ hosts }) =>
      hosts.set('www.contoso.test', () => redirect('https://outlook.office365.com/EWS/Exchange.asmx')),
  },
  {
    title: 'a link to an inner address that is not allowed',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: 'https://10.0.0.1/EWS/Exchange.asmx' },
    vendorCode: 'InnerAddress',
    sendsPassword: false,
  },
  {
    title: 'a link to the machine’s own metadata',
    code: 'mailbox.link-not-allowed',
    form: { ewsUrl: 'https://169.254.169.254/EWS/Exchange.asmx' },
    vendorCode: 'InnerAddress',
    sendsPassword: false,
  },
  {
    title: 'Autodiscover that finds nothing',
    code: 'mailbox.autodiscover-failed',
    form: { ...noLink, login: 'anna.berg@nowhere.test' },
    sendsPassword: false,
  },
  {
    title: 'Autodiscover with a login that names no domain',
    code: 'mailbox.autodiscover-failed',
    form: { ...noLink, login: 'CONTOSO\\anna' },
    vendorCode: 'NoAddress',
    sendsPassword: false,
  },
  {
    title: 'Autodiscover that names Office 365',
    code: 'mailbox.use-office-365',
    form: noLink,
    make: (api) => autodiscover(api, { kind: 'office365' }),
  },
  {
    title: 'Autodiscover that redirects to Office 365',
    code: 'mailbox.use-office-365',
    form: noLink,
    make: (api) =>
      autodiscover(api, {
        kind: 'redirectUrl',
        url: 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml',
      }),
  },
  {
    title: 'Autodiscover that leads in circles',
    code: 'mailbox.autodiscover-failed',
    form: noLink,
    make: (api) => autodiscover(api, { kind: 'redirectAddr', address: ANNA.address }),
  },
  {
    title: 'Autodiscover that leads into the network',
    code: 'mailbox.autodiscover-failed',
    form: noLink,
    make: (api) => autodiscover(api, { kind: 'settings', ewsUrl: 'https://10.0.0.1/EWS/Exchange.asmx' }),
  },
  {
    title: 'Autodiscover with a wrong password',
    code: 'mailbox.credentials-rejected',
    form: { ...noLink, password: 'wrong-password' },
    make: (api) => {
      api.services.exchange.world.autodiscover.json = false;
    },
  },
];

const crmTroubles: readonly Trouble[] = [
  {
    title: 'Salesforce without the field that identifies a mail',
    code: 'crm.field-missing',
    fields: ['EmailMessage.MessageIdentifier'],
    make: ({ services }) =>
      services.salesforce.changeUser(SALESFORCE_USER, { hiddenFields: ['EmailMessage.MessageIdentifier'] }),
  },
  {
    title: 'Salesforce without the field of recipients',
    code: 'crm.field-missing',
    fields: ['EmailMessage.ToIds'],
    make: ({ services }) =>
      services.salesforce.changeUser(SALESFORCE_USER, { hiddenFields: ['EmailMessage.ToIds'] }),
  },
  {
    title: 'Salesforce without contacts',
    code: 'crm.field-missing',
    fields: ['Contact'],
    make: ({ services }) => services.salesforce.changeUser(SALESFORCE_USER, { hiddenObjects: ['Contact'] }),
  },
  {
    title: 'Salesforce without files',
    code: 'crm.field-missing',
    fields: ['ContentVersion'],
    make: ({ services }) =>
      services.salesforce.changeUser(SALESFORCE_USER, { hiddenObjects: ['ContentVersion'] }),
  },
  {
    title: 'Salesforce without API access',
    code: 'crm.api-disabled',
    make: ({ services }) => services.salesforce.changeSettings({ apiEnabled: false }),
  },
  {
    title: 'Salesforce access that was revoked',
    code: 'crm.authorization-revoked',
    make: ({ services }) => {
      services.salesforce.revokeRefreshTokens();
      services.salesforce.endSessions();
    },
  },
  {
    title: 'a Salesforce user who is inactive',
    code: 'crm.user-inactive',
    make: ({ services }) => {
      services.salesforce.changeUser(SALESFORCE_USER, { active: false });
      services.salesforce.endSessions();
    },
  },
  {
    title: 'a Salesforce app that was blocked',
    code: 'crm.app-not-allowed',
    make: ({ services }) => {
      services.salesforce.addConnectedApp({
        clientId: 'lockstep-sandbox',
        redirectUris: ['https://lockstep.test/login/salesforce/callback'],
        isBlocked: true,
      });
      services.salesforce.endSessions();
    },
  },
  {
    title: 'Salesforce login rules',
    code: 'crm.login-restricted',
    make: ({ services }) => {
      services.salesforce.changeUser(SALESFORCE_USER, { ipRestricted: true });
      services.salesforce.endSessions();
    },
  },
  {
    title: 'a Salesforce allowance that is used up',
    code: 'crm.api-limit',
    make: ({ services }) => services.salesforce.presetApiUsage(10_000_000),
  },
  {
    title: 'Salesforce out of order',
    code: 'crm.transient',
    make: ({ services }) =>
      services.salesforce.faults.add({ effect: { kind: 'http', status: 503, body: 'html' } }),
  },
];

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
    type: `/docs/problems#${code}`,
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
