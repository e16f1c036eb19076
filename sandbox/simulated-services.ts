/**
 * The simulated Exchange and Salesforce of the sandbox, in memory or on ports, with their people. It knows nothing of the product: whatever
 * speaks the protocols may use them.
 */
import { createExchangeSimulator, type ExchangeSimulator } from '../simulators/exchange/simulator.ts';
import { createSalesforceSimulator, type SalesforceSimulator } from '../simulators/salesforce/simulator.ts';
import { createRandom, type Random } from '../simulators/shared/random.ts';
import { type Served, type ServeOptions, serve } from '../simulators/shared/serve.ts';
import { COMPANY_DOMAIN, type Colleague, colleagues, customers } from './cast.ts';
import { companyRecords } from './company-records.ts';

export interface ServicesOptions {
  readonly now: () => number;
  readonly seed: number;
  readonly redirectUris: readonly string[];
  /** Who has a mailbox and a Salesforce user; the sandbox's cast unless told. */
  readonly people?: readonly Colleague[];
  /** Whether the organization has the fields of `salesforce/`. */
  readonly keyFields?: boolean;
}

export interface Services {
  readonly exchange: ExchangeSimulator;
  readonly salesforce: SalesforceSimulator;
  readonly random: Random;
  readonly people: readonly Colleague[];
}

export const SANDBOX_CLIENT_ID = 'lockstep-sandbox';
export const SANDBOX_CLIENT_SECRET = 'sandbox-secret';
const KEY_FIELD = 'Lockstep_Key__c string(255) cufsgnixq';

/** Both services with the sandbox's cast: mailboxes without mail, Salesforce users, contacts, leads and accounts. */
export function createServices(options: ServicesOptions): Services {
  const random = createRandom(options.seed);
  const exchange = createExchangeSimulator({
    now: options.now,
    random,
    netbiosDomain: 'CONTOSO',
    dnsDomain: COMPANY_DOMAIN,
  });
  const salesforce = createSalesforceSimulator({
    now: options.now,
    random,
    origin: 'https://login.salesforce.test',
    instanceOrigin: 'https://login.salesforce.test',
  });
  const people = options.people ?? colleagues;
  for (const one of people) {
    exchange.addMailbox({
      address: one.address,
      displayName: one.name,
      userName: one.userName,
      password: one.password,
      aliases: [...one.aliases],
    });
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
  salesforce.addConnectedApp({
    clientId: SANDBOX_CLIENT_ID,
    clientSecret: SANDBOX_CLIENT_SECRET,
    redirectUris: [...options.redirectUris],
    scopes: ['api', 'refresh_token', 'id'],
    rotation: true,
    pkceRequired: true,
  });
  if (options.keyFields !== false) {
    for (const object of ['EmailMessage', 'Task', 'ContentVersion'])
      salesforce.deployField(object, KEY_FIELD);
  }
  companyRecords(salesforce, customers);
  return { exchange, salesforce, random, people };
}

export interface ServicePorts {
  readonly exchange: ServeOptions;
  readonly salesforce: ServeOptions;
}

export interface ServedServices {
  readonly exchange: Served;
  readonly salesforce: Served;
  close(): Promise<void>;
}

/** Puts both on their ports. */
export async function serveServices(services: Services, ports: ServicePorts): Promise<ServedServices> {
  const exchange = await services.exchange.serve(ports.exchange);
  const salesforce = await serve(
    (request, context) => services.salesforce.handle(request, context),
    ports.salesforce,
  );
  services.exchange.world.origin = exchange.origin;
  services.salesforce.useOrigin(salesforce.origin);
  return {
    exchange,
    salesforce,
    async close() {
      await exchange.close();
      await salesforce.close();
    },
  };
}
