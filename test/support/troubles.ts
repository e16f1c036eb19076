/**
 * What may go wrong in an activation, a row each: how the trouble is made, and the code that a person must get for it. What holds for every row stands
 * in `test/api/troubles.test.ts`.
 */
import type { FailureCode } from '../../src/model/catalogue.ts';
import { ANNA, type Api, EWS_URL, type Person } from './api-harness.ts';

export interface Trouble {
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

export const page = () =>
  new Response('<!doctype html><title>Welcome</title>', { headers: { 'content-type': 'text/html' } });
const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });

export const mailTroubles: readonly Trouble[] = [
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

export const crmTroubles: readonly Trouble[] = [
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
