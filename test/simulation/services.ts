/** The simulated services of a world: one of each mail service that its people use, and Salesforce. */
import {
  createSalesforceSimulator,
  type SalesforceSimulator,
} from '../../simulators/salesforce/simulator.ts';
import type { Config } from '../../src/server/config.ts';
import { noHints } from '../../src/server/hints-config.ts';
import type { Chance } from './chance.ts';
import { PUBLIC_URL } from './consent.ts';
import { createExchangeHands } from './exchange-hands.ts';
import { createGoogleHands, googleApp } from './google-hands.ts';
import { REFUSED_WORD } from './letters.ts';
import type { MailHands, ServiceName } from './mail-hands.ts';
import { LOGIN } from './network.ts';
import { createOffice365Hands, office365App } from './office365-hands.ts';
import type { Traits } from './world.ts';

const KEY_FIELD = 'Lockstep_Key__c string(255) cufsgnixq';
export const MASTER_KEYS = { key: new Uint8Array(32).fill(9), previous: [] };

export const config: Config = {
  host: 'localhost',
  port: 0,
  publicUrl: PUBLIC_URL,
  database: { kind: 'server', url: '' },
  databaseConnectionsMax: 2,
  masterKey: { kind: 'given', ...MASTER_KEYS },
  credentials: 'sealed',
  salesforce: { clientId: 'lockstep', clientSecret: null, apiVersion: 'v62.0', extraOrigins: [LOGIN] },
  exchangeOauth: null,
  office365: office365App,
  google: googleApp,
  hints: noHints,
  frameAncestors: [],
  smtp: null,
  ewsAllowedHosts: ['mail.contoso.test'],
  extraCa: [],
  runsAtOnceMax: 4,
  logLevel: 'silent',
};

const makers: Readonly<Record<ServiceName, (now: () => number, chance: Chance) => MailHands>> = {
  exchange: createExchangeHands,
  office365: createOffice365Hands,
  google: createGoogleHands,
};

export function createMail(now: () => number, chance: Chance, traits: Traits): readonly MailHands[] {
  return [...new Set(traits.services)].map((service) => makers[service](now, chance.branch()));
}

export function createSalesforce(now: () => number, chance: Chance, traits: Traits): SalesforceSimulator {
  const salesforce = createSalesforceSimulator({
    now,
    random: chance,
    origin: LOGIN,
    instanceOrigin: LOGIN,
  });
  const object = traits.enhancedEmail ? 'EmailMessage' : 'Task';
  salesforce.addOrganization({ instanceOrigin: LOGIN });
  salesforce.changeSettings({
    enhancedEmail: traits.enhancedEmail,
    sessionTimeoutMs: traits.sessionTimeoutMs,
  });
  salesforce.addConnectedApp({
    clientId: 'lockstep',
    redirectUris: [`${PUBLIC_URL}/login/salesforce/callback`],
    pkceRequired: true,
    rotation: traits.rotation,
  });
  if (traits.keyFields) salesforce.deployField(object, KEY_FIELD);
  // Without a key of its own, an event that was made and edited before its pair was stored could not be found again: docs/decisions/two-ways.md.
  for (const both of ['Event', 'Task']) if (both !== object) salesforce.deployField(both, KEY_FIELD);
  salesforce.addValidationRule({
    object,
    condition: `Subject LIKE '%${REFUSED_WORD}%'`,
    message: 'not this one',
  });
  return salesforce;
}
