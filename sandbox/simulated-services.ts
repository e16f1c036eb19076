/**
 * The simulated mail services and Salesforce of the sandbox, in memory or on ports, with their people. It knows nothing of the product:
 * whatever speaks the protocols may use them.
 */
import { createExchangeSimulator, type ExchangeSimulator } from '../simulators/exchange/simulator.ts';
import { createGoogleSimulator, type GoogleSimulator } from '../simulators/google/simulator.ts';
import { createOffice365Simulator, type Office365Simulator } from '../simulators/office365/simulator.ts';
import { createSalesforceSimulator, type SalesforceSimulator } from '../simulators/salesforce/simulator.ts';
import { createRandom, type Random } from '../simulators/shared/random.ts';
import { type Served, type ServeOptions, serve } from '../simulators/shared/serve.ts';
import { type AppCredentials, registerApps } from './apps.ts';
import {
  COMPANY_DOMAIN,
  type Colleague,
  colleagues,
  customers,
  domainOfAddress,
  otherAccounts,
  SANDBOX_PASSWORD,
} from './cast.ts';
import { companyRecords } from './company-records.ts';

export interface ServicesOptions {
  readonly now: () => number;
  readonly seed: number;
  /** Where the apps may send people back to. */
  readonly redirectUris: readonly string[];
  readonly apps?: AppCredentials;
  /** Who has a mailbox and a Salesforce user; the sandbox's cast unless told. */
  readonly people?: readonly Colleague[];
  /** Whether the organization has the fields of `salesforce/`. */
  readonly keyFields?: boolean;
  /** What Google lets a person's mailbox spend in a minute; 15,000 unless told. */
  readonly gmailUnitsPerMinute?: number;
}

export interface Services {
  readonly exchange: ExchangeSimulator;
  readonly office365: Office365Simulator;
  readonly google: GoogleSimulator;
  readonly salesforce: SalesforceSimulator;
  readonly random: Random;
  readonly people: readonly Colleague[];
}

export const SANDBOX_CLIENT_ID = 'lockstep-sandbox';
export const SANDBOX_CLIENT_SECRET = 'sandbox-secret';
const app = { clientId: SANDBOX_CLIENT_ID, clientSecret: SANDBOX_CLIENT_SECRET };
/** One id and one secret everywhere: the sandbox prints them. */
export const sandboxApps: AppCredentials = { salesforce: app, office365: app, google: app };
const KEY_FIELD = 'Lockstep_Key__c string(255) cufsgnixq';

/** All services with the sandbox's cast: mailboxes without mail, Salesforce users, contacts, leads and accounts. */
export function createServices(options: ServicesOptions): Services {
  const random = createRandom(options.seed);
  const common = { now: options.now, random };
  const services: Services = {
    exchange: createExchangeSimulator({ ...common, netbiosDomain: 'CONTOSO', dnsDomain: COMPANY_DOMAIN }),
    office365: createOffice365Simulator({
      ...common,
      loginOrigin: 'https://login.microsoftonline.test',
      graphOrigin: 'https://graph.microsoft.test',
    }),
    google: createGoogleSimulator({
      ...common,
      ...(options.gmailUnitsPerMinute === undefined
        ? {}
        : { unitsPerUserMinute: options.gmailUnitsPerMinute }),
    }),
    salesforce: createSalesforceSimulator({
      ...common,
      origin: 'https://login.salesforce.test',
      instanceOrigin: 'https://login.salesforce.test',
    }),
    random,
    people: options.people ?? colleagues,
  };
  addPeople(services);
  registerApps(services, options.apps ?? sandboxApps, options.redirectUris);
  if (options.keyFields !== false) {
    for (const object of ['EmailMessage', 'Event', 'Task', 'ContentVersion'])
      services.salesforce.deployField(object, KEY_FIELD);
  }
  companyRecords(services.salesforce, customers);
  return services;
}

function addPeople(services: Services): void {
  const { google, people, salesforce } = services;
  const others = otherAccounts.map((one) => ({
    ...one,
    password: SANDBOX_PASSWORD,
    aliases: [],
    userName: '',
  }));
  const everybody = [...people, ...others];
  const atGoogle = everybody.filter((one) => one.service === 'google');
  for (const domain of new Set(atGoogle.map((one) => domainOfAddress(one.address)))) google.addDomain(domain);
  for (const one of people) {
    addMailbox(services, one);
    const [firstName = '', lastName = ''] = one.name.split(' ');
    salesforce.addUser({
      username: one.salesforceUsername,
      password: one.password,
      email: one.address,
      firstName,
      lastName,
      timeZone: 'Europe/Berlin',
    });
  }
  const taken = new Set(people.flatMap((one) => [one.address, ...one.aliases]));
  for (const one of others) if (!taken.has(one.address)) addMailbox(services, one);
}

type NewMailbox = Pick<Colleague, 'service' | 'address' | 'name' | 'userName' | 'password' | 'aliases'> & {
  readonly isAdmin?: boolean;
};

function addMailbox({ exchange, office365, google }: Services, one: NewMailbox): void {
  const { address, password } = one;
  const common = { password, displayName: one.name, aliases: [...one.aliases] };
  if (one.service === 'exchange') exchange.addMailbox({ ...common, address, userName: one.userName });
  else if (one.service === 'google') google.addAccount({ ...common, email: address });
  else office365.addMailbox({ ...common, address, isAdmin: one.isAdmin ?? false });
}

export interface ServicePorts {
  readonly exchange: ServeOptions;
  readonly office365: ServeOptions;
  readonly google: ServeOptions;
  readonly salesforce: ServeOptions;
}

export interface ServedServices {
  readonly exchange: Served;
  /** Entra ID and Microsoft Graph on one port. */
  readonly office365: Served;
  /** Google's accounts, tokens and Gmail on one port. */
  readonly google: Served;
  readonly salesforce: Served;
  close(): Promise<void>;
}

/** Puts all on their ports: any free ones where none are named. */
export async function serveServices(
  services: Services,
  ports: Partial<ServicePorts> = {},
): Promise<ServedServices> {
  const exchange = await services.exchange.serve(ports.exchange);
  const office365 = await services.office365.serve(ports.office365);
  const google = await services.google.serve(ports.google);
  const salesforce = await serve(
    (request, context) => services.salesforce.handle(request, context),
    ports.salesforce,
  );
  services.exchange.world.origin = exchange.origin;
  services.salesforce.useOrigin(salesforce.origin);
  const all = [exchange, office365, google, salesforce];
  return {
    exchange,
    office365,
    google,
    salesforce,
    async close() {
      await Promise.all(all.map((one) => one.close()));
    },
  };
}
