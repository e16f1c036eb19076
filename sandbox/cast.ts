/**
 * Who lives in the sandbox: a company's people with mailboxes on three services and Salesforce logins, and their customers. All invented;
 * domains are reserved for tests (RFC 2606).
 */

export const mailServiceNames = ['exchange', 'office365', 'google'] as const;
export type MailServiceName = (typeof mailServiceNames)[number];

/** As people call the services. */
export const serviceWords: Readonly<Record<MailServiceName, string>> = {
  exchange: 'Exchange',
  office365: 'Office 365',
  google: 'Gmail',
};

export interface Colleague {
  readonly name: string;
  readonly address: string;
  readonly aliases: readonly string[];
  /** Where the mailbox is. */
  readonly service: MailServiceName;
  /** Login name in the Exchange domain CONTOSO; of no use elsewhere. */
  readonly userName: string;
  readonly password: string;
  readonly salesforceUsername: string;
}

export interface Customer {
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
  /** `stranger`s are in no CRM, so mail with them alone is skipped. */
  readonly kind: 'contact' | 'lead' | 'stranger';
  readonly company: string;
}

/** One password for everything: the sandbox prints it. */
export const SANDBOX_PASSWORD = 'sandbox-1';
export const COMPANY_DOMAIN = 'contoso.test';

const colleague = (
  service: MailServiceName,
  first: string,
  last: string,
  aliases: readonly string[] = [],
): Colleague => ({
  service,
  name: `${first} ${last}`,
  address: `${first}.${last}@${COMPANY_DOMAIN}`.toLowerCase(),
  aliases,
  userName: first.toLowerCase(),
  password: SANDBOX_PASSWORD,
  salesforceUsername: `${first}@${COMPANY_DOMAIN}`.toLowerCase(),
});

export const colleagues: readonly Colleague[] = [
  colleague('exchange', 'Anna', 'Berg', ['sales@contoso.test']),
  colleague('office365', 'Ben', 'Ochs'),
  colleague('google', 'Carla', 'Dupont'),
  colleague('exchange', 'Dora', 'Lind'),
];

/** An account that belongs to no colleague, with the password of all. */
export interface OtherAccount {
  readonly service: Exclude<MailServiceName, 'exchange'>;
  readonly address: string;
  readonly name: string;
  /** At Microsoft: may consent for everybody. */
  readonly isAdmin: boolean;
}

/** For consent pages: the administrator who approves an app, and accounts to choose by mistake. */
export const otherAccounts: readonly OtherAccount[] = [
  { service: 'office365', address: `admin@${COMPANY_DOMAIN}`, name: 'Contoso Admin', isAdmin: true },
  { service: 'google', address: `info@${COMPANY_DOMAIN}`, name: 'Contoso Info', isAdmin: false },
];

const customer = (
  kind: Customer['kind'],
  first: string,
  last: string,
  company: string,
  domain: string,
): Customer => ({
  firstName: first,
  lastName: last,
  address: `${first}.${last}@${domain}`.toLowerCase(),
  kind,
  company,
});

export const customers: readonly Customer[] = [
  customer('contact', 'Kim', 'Larsen', 'Acme Bikes', 'acme-bikes.test'),
  customer('contact', 'Noor', 'Haddad', 'Acme Bikes', 'acme-bikes.test'),
  customer('contact', 'Luis', 'Ortega', 'Globex Foods', 'globex-foods.test'),
  customer('contact', 'Mei', 'Tanaka', 'Initech Labs', 'initech-labs.test'),
  customer('lead', 'Oskar', 'Weiss', 'Umbra Glass', 'umbra-glass.test'),
  customer('lead', 'Priya', 'Nair', 'Hooli Parks', 'hooli-parks.test'),
  customer('stranger', 'Sam', 'Stone', 'Somewhere', 'somewhere.test'),
  customer('stranger', 'News', 'Desk', 'Daily Herald', 'daily-herald.test'),
];

/** What stands behind the `@`. */
export function domainOfAddress(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
