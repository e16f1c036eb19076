/**
 * The same simulated services as on the product's stage, in a world of their own, with a mailbox and a Salesforce user that are kept in step by the
 * vendors' clients. Signing in is not counted, as it is not counted for the product.
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Colleague, colleagues, type MailServiceName } from '../../sandbox/cast.ts';
import {
  createServices,
  type ServedServices,
  type Services,
  serveServices,
} from '../../sandbox/simulated-services.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import type { BenchCollection } from '../items.ts';
import { crmTraffic, mailTraffic, resetCounts, type SideTraffic } from '../stage.ts';
import { openEws } from './ews.ts';
import { openGoogleapis } from './googleapis.ts';
import { openGraphClient } from './graph-client.ts';
import { openJsforce } from './jsforce.ts';
import { type VendorSide, VendorSync } from './vendor-sync.ts';

export interface VendorTraffic {
  readonly mail: SideTraffic;
  readonly salesforce: SideTraffic;
}

export interface VendorStage {
  readonly services: Services;
  readonly owner: Colleague;
  now(): number;
  /** Signs in and runs for the first time. */
  first(): Promise<VendorTraffic>;
  /** Runs so many times more. */
  again(times: number): Promise<VendorTraffic>;
  /** How many pairs it knows. */
  pairs(): number;
  close(): Promise<void>;
}

const UNBOUND = 1_000_000_000;
const REDIRECT = 'http://localhost:9/connect/callback';

export async function openVendorStage(options: {
  readonly seed: number;
  readonly service: MailServiceName;
  readonly collection: BenchCollection;
}): Promise<VendorStage> {
  const { service, collection } = options;
  const owner = colleagues.find((one) => one.service === service);
  if (owner === undefined) throw new Error('nobody of the cast is on this service');
  const services = createServices({
    now: () => Date.now(),
    seed: options.seed,
    redirectUris: [REDIRECT],
    gmailUnitsPerMinute: UNBOUND,
  });
  services.office365.settings.callsPerWindowMax = UNBOUND;
  const tls = createSelfSigned('localhost', Date.now());
  setDefaultCACertificates([...getCACertificates('default'), tls.cert]);
  const served = await serveServices(services, { office365: { host: 'localhost', tls } });
  let sync: VendorSync | null = null;
  const run = async (one: VendorSync, times: number) => {
    resetCounts(services);
    for (let time = 0; time < times; time += 1) await one.run();
    return { mail: mailTraffic(services, service), salesforce: crmTraffic(services) };
  };
  return {
    services,
    owner,
    now: () => Date.now(),
    async first() {
      const mailbox = await openMailbox(served, owner, collection);
      const crm = await openJsforce(served.salesforce.origin, owner, REDIRECT, collection);
      sync = new VendorSync(mailbox, crm);
      return await run(sync, 1);
    },
    async again(times) {
      if (sync === null) throw new Error('it has not run yet');
      return await run(sync, times);
    },
    pairs: () => sync?.pairs ?? 0,
    close: () => served.close(),
  };
}

function openMailbox(
  { exchange, office365, google }: ServedServices,
  owner: Colleague,
  collection: BenchCollection,
): Promise<VendorSide> {
  if (owner.service === 'exchange') return openEws(exchange.origin, owner, collection);
  if (owner.service === 'office365') return openGraphClient(office365.origin, owner, REDIRECT, collection);
  return openGoogleapis(google.origin, owner, REDIRECT, collection);
}
