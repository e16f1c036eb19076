/**
 * A company for mass activation: hundreds of people on three services with Salesforce users and a little mail, what its administrators hand out to
 * reach all of them at once, and a few people with whom something is wrong, each in a way of its own. It knows nothing of the product.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  COMPANY_DOMAIN,
  type Colleague,
  colleagues,
  customers,
  type MailServiceName,
  SANDBOX_PASSWORD,
} from './cast.ts';
import { deliverTo } from './deliver.ts';
import type { Services } from './simulated-services.ts';

/** What is wrong with somebody. */
export const flaws = [
  'no-mailbox',
  'outside-scope',
  'mailbox-disabled',
  'crm-inactive',
  'crm-not-approved',
  'other-email',
  'address-taken',
  'no-address',
] as const;
export type Flaw = (typeof flaws)[number];

export interface Employee extends Colleague {
  readonly flaw: Flaw | null;
}

/** What administrators of the four services hand out; goes into the console's forms. */
export interface CompanyAccess {
  readonly exchange: { readonly login: string; readonly password: string };
  readonly office365: { readonly tenant: string; readonly clientId: string; readonly clientSecret: string };
  readonly google: { readonly keyFile: string; readonly clientId: string };
  readonly salesforce: { readonly clientId: string; readonly privateKey: string; readonly username: string };
}

export interface Company {
  readonly people: readonly Employee[];
  readonly access: CompanyAccess;
  /** People as a file for the import: those of these services. */
  csv(services: readonly MailServiceName[]): string;
  /** What happens between import and pre-flight: some people leave Salesforce. */
  letPeopleLeave(): void;
  /** Gives an administrator's access to a service, or takes it away from everybody. */
  setAccess(service: MailServiceName, isGranted: boolean): void;
}

const FIRST_NAMES =
  `Ada Arne Bea Bruno Cleo Cyrus Dalia Dino Edda Elias Fara Finn Gala Gero Hana Hugo Ines Ivo Jana Joris Kaja Karl Lara
  Levi Mara Milo Nele Nils Olga Otto`.split(/\s+/);
const LAST_NAMES =
  `Adler Bach Conrad Dorn Ebert Fink Graf Hahn Imhof Jung Kern Lang Moser Noll Oster Pohl Quast Rieger Sommer Thoma
  Ulmer Vogt Winkler Zander`.split(/\s+/);

/** Of how many people each service has the mailbox, in parts of five. */
const SERVICE_OF_FIVE: readonly MailServiceName[] = [
  'exchange',
  'exchange',
  'office365',
  'office365',
  'google',
];

const EXCHANGE_SERVICE_LOGIN = 'svc-sync';
const MASS_CLIENT_ID = 'lockstep-company';
const MASS_SECRET = 'company-secret';
const GRAPH_ROLES = [
  'User.Read.All',
  'Mail.ReadWrite',
  'MailboxSettings.ReadWrite',
  'Calendars.ReadWrite',
  'Contacts.ReadWrite',
  'Tasks.ReadWrite.All',
];
const GOOGLE_SCOPES = [
  'https://www.googleapis.com/auth/gmail.modify',
  'https://www.googleapis.com/auth/calendar.events',
  'https://www.googleapis.com/auth/contacts',
  'https://www.googleapis.com/auth/tasks',
  'https://www.googleapis.com/auth/gmail.settings.basic',
];
const GOOGLE_ACCOUNT = 'sync@company.iam.gserviceaccount.test';
const CRM_SERVICE_LOGIN = `integration@${COMPANY_DOMAIN}`;

/** With whom something is wrong: how many of each kind, on which service. */
const BROKEN: readonly (readonly [Flaw, MailServiceName])[] = [
  ['no-mailbox', 'exchange'],
  ['no-mailbox', 'office365'],
  ['no-mailbox', 'google'],
  ['outside-scope', 'exchange'],
  ['outside-scope', 'exchange'],
  ['outside-scope', 'office365'],
  ['mailbox-disabled', 'exchange'],
  ['mailbox-disabled', 'office365'],
  ['mailbox-disabled', 'google'],
  ['crm-inactive', 'exchange'],
  ['crm-inactive', 'google'],
  ['crm-not-approved', 'exchange'],
  ['crm-not-approved', 'office365'],
  ['other-email', 'office365'],
  ['other-email', 'office365'],
  ['other-email', 'google'],
  ['address-taken', 'office365'],
  ['address-taken', 'google'],
  ['no-address', 'office365'],
  ['no-address', 'google'],
];

/** So many people, the same for the same number. The broken are the last of their service. */
export function employees(size: number): readonly Employee[] {
  if (size > FIRST_NAMES.length * LAST_NAMES.length) throw new Error('there are not so many names');
  const people = Array.from({ length: size }, (_, at) => employee(at));
  const flawOf = new Map<Employee, Flaw>();
  for (const [flaw, service] of BROKEN) {
    const one = people.findLast((each) => each.service === service && !flawOf.has(each));
    if (one !== undefined) flawOf.set(one, flaw);
  }
  return people.map((one) => ({ ...one, flaw: flawOf.get(one) ?? null }));
}

function employee(at: number): Employee {
  const first = FIRST_NAMES[at % FIRST_NAMES.length] ?? '';
  const last = LAST_NAMES[Math.floor(at / FIRST_NAMES.length)] ?? '';
  const userName = `${first}.${last}`.toLowerCase();
  return {
    service: SERVICE_OF_FIVE[at % SERVICE_OF_FIVE.length] ?? 'exchange',
    name: `${first} ${last}`,
    address: `${userName}@${COMPANY_DOMAIN}`,
    aliases: [],
    userName,
    password: SANDBOX_PASSWORD,
    salesforceUsername: `${userName}@crm.${COMPANY_DOMAIN}`,
    flaw: null,
  };
}

/** Puts the company into the services: mailboxes, a little mail, Salesforce users, administrators' access. */
export function addCompany(services: Services, size: number, now: number): Company {
  const people = employees(size);
  for (const [at, one] of people.entries()) {
    addMailbox(services, one);
    addCrmUser(services, one);
    if (one.flaw !== 'no-mailbox' && one.flaw !== 'mailbox-disabled') addMail(services, one, at, now);
  }
  const access = addAccess(services, people);
  return {
    people,
    access,
    csv: (wanted) => csvOf(people.filter((one) => wanted.includes(one.service))),
    letPeopleLeave() {
      for (const one of people)
        if (one.flaw === 'crm-inactive')
          services.salesforce.changeUser(one.salesforceUsername, { active: false });
    },
    setAccess: (service, isGranted) => setAccess(services, people, service, isGranted),
  };
}

function addMailbox({ exchange, office365, google }: Services, one: Employee): void {
  const { address, password, flaw } = one;
  const common = { password, displayName: one.name };
  const isDisabled = flaw === 'mailbox-disabled';
  if (one.service === 'exchange') {
    if (flaw === 'no-mailbox') return;
    exchange.addMailbox({ ...common, address, userName: one.userName });
    if (isDisabled) exchange.setDenied(address, true);
  } else if (one.service === 'office365') {
    office365.addMailbox({ ...common, address, hasMailbox: flaw !== 'no-mailbox' && !isDisabled });
  } else {
    if (flaw === 'no-mailbox') return;
    google.addAccount({ ...common, email: address });
    if (isDisabled) google.suspend(address);
  }
}

function addCrmUser({ salesforce }: Services, one: Employee): void {
  const [firstName = '', lastName = ''] = one.name.split(' ');
  const { id } = salesforce.addUser({
    username: one.salesforceUsername,
    password: one.password,
    email: one.flaw === 'other-email' ? `${one.userName}@elsewhere.test` : one.address,
    firstName,
    lastName,
    timeZone: 'Europe/Berlin',
  });
  salesforce.change(id, 'User', { Department: departmentOf(one.service) });
}

/** By which people are brought in from Salesforce. */
export function departmentOf(service: MailServiceName): string {
  return { exchange: 'Field sales', office365: 'Inside sales', google: 'Partners' }[service];
}

/** One mail that is saved, and one that is not. */
function addMail(services: Services, one: Employee, at: number, now: number): void {
  const contacts = customers.filter((each) => each.kind === 'contact');
  const customer = contacts[at % contacts.length];
  const letters = [
    [`c${at}@${customer?.address.split('@')[1] ?? ''}`, customer?.address ?? '', 'Next steps'],
    [`i${at}@${COMPANY_DOMAIN}`, `office@${COMPANY_DOMAIN}`, 'Canteen'],
  ] as const;
  for (const [id, from, subject] of letters) {
    const receivedAt = now - (at + 1) * 60_000;
    const text = [
      `Message-ID: <company-${id}>`,
      `Date: ${new Date(receivedAt).toUTCString()}`,
      `From: ${from}`,
      `To: ${one.address}`,
      `Subject: ${subject}`,
      '',
      `Dear ${one.name}, see you soon.`,
      '',
    ];
    deliverTo(services, one, { folder: 'inbox', raw: Buffer.from(text.join('\r\n')), receivedAt });
  }
}

function addAccess(services: Services, people: readonly Employee[]): CompanyAccess {
  const { exchange, office365, google, salesforce } = services;
  exchange.addServiceAccount({ userName: EXCHANGE_SERVICE_LOGIN, password: SANDBOX_PASSWORD });
  office365.addApplication({
    clientId: MASS_CLIENT_ID,
    name: 'Lockstep for everybody',
    secrets: [{ value: MASS_SECRET }],
    roles: GRAPH_ROLES,
  });
  const key = google.addServiceAccount({ email: GOOGLE_ACCOUNT });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  salesforce.addConnectedApp({
    clientId: MASS_CLIENT_ID,
    redirectUris: [],
    scopes: ['api', 'id'],
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    preAuthorized: [
      CRM_SERVICE_LOGIN,
      ...people.flatMap((one) => (one.flaw === 'crm-not-approved' ? [] : [one.salesforceUsername])),
    ],
  });
  salesforce.addUser({
    username: CRM_SERVICE_LOGIN,
    password: SANDBOX_PASSWORD,
    email: CRM_SERVICE_LOGIN,
    lastName: 'Integration',
    timeZone: 'Europe/Berlin',
  });
  for (const service of ['exchange', 'office365', 'google'] as const)
    setAccess(services, people, service, true);
  return {
    exchange: { login: `CONTOSO\\${EXCHANGE_SERVICE_LOGIN}`, password: SANDBOX_PASSWORD },
    office365: { tenant: COMPANY_DOMAIN, clientId: MASS_CLIENT_ID, clientSecret: MASS_SECRET },
    google: { keyFile: JSON.stringify(key), clientId: key.client_id },
    salesforce: {
      clientId: MASS_CLIENT_ID,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      username: CRM_SERVICE_LOGIN,
    },
  };
}

/** Grants, as the administrator of the service does; out of reach stay those who are outside of its scope. */
function setAccess(
  { exchange, office365, google }: Services,
  people: readonly Employee[],
  service: MailServiceName,
  isGranted: boolean,
): void {
  const inScope = people.filter((one) => one.service === service && one.flaw !== 'outside-scope');
  const addresses = [...inScope, ...colleagues].map((one) => one.address);
  if (service === 'exchange') {
    const account = exchange.world.directory.accounts.find((one) => one.userName === EXCHANGE_SERVICE_LOGIN);
    if (account === undefined) throw new Error('the service account is gone');
    account.impersonates = new Set(isGranted ? addresses : []);
  } else if (service === 'office365') {
    if (isGranted) office365.grantAdminConsent(COMPANY_DOMAIN, MASS_CLIENT_ID, { roles: GRAPH_ROLES });
    else office365.withdrawAdminConsent(COMPANY_DOMAIN, MASS_CLIENT_ID);
    office365.setApplicationScope(COMPANY_DOMAIN, MASS_CLIENT_ID, addresses);
  } else {
    const account = [...google.world.serviceAccounts.values()].find((one) => one.email === GOOGLE_ACCOUNT);
    if (account === undefined) throw new Error('the service account is gone');
    google.delegate(COMPANY_DOMAIN, account.clientId, isGranted ? GOOGLE_SCOPES : []);
  }
}

/** Columns as the import names them; who shares an address or has none says so here. */
function csvOf(people: readonly Employee[]): string {
  const lines = people.map((one) => {
    const address = namedAddress(one);
    return [one.name, one.salesforceUsername, '', address, address].map(cell).join(',');
  });
  return ['full_name,crm_username,crm_user_id,mailbox_login,mailbox_address', ...lines, ''].join('\r\n');
}

/** The address that the file names for somebody: a colleague's of the cast, where it is taken. */
function namedAddress({ flaw, service, address }: Employee): string {
  if (flaw === 'no-address') return '';
  if (flaw !== 'address-taken') return address;
  return colleagues.find((one) => one.service === service)?.address ?? '';
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
