/** The Salesforce connector keeps the contract, on the Salesforce simulator: with its key field deployed, and signed in as a person signs in. */

import {
  createSalesforceSimulator,
  type SalesforceSimulator,
} from '../../simulators/salesforce/simulator.ts';
import { createHttp, type Fetch } from '../../src/connectors/http.ts';
import { createSalesforceConnector } from '../../src/connectors/salesforce/connector.ts';
import { createDescribeCache } from '../../src/connectors/salesforce/describe.ts';
import {
  authorizationUrl,
  exchangeCode,
  type OauthApp,
  refresh,
} from '../../src/connectors/salesforce/oauth.ts';
import type { SalesforceToken } from '../../src/connectors/salesforce/wire.ts';
import { createTokenSource, type StoredToken } from '../../src/connectors/token-source.ts';
import type { Random } from '../../src/model/clock.ts';
import type { CrmConnector } from '../../src/model/connector.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/seed.ts';
import { type CrmWorld, runCrmContract, type StoredEmail } from './crm-connector.contract.ts';

const LOGIN = 'https://login.salesforce.test';
const INSTANCE = 'https://contoso.my.salesforce.test';
const REDIRECT = 'https://lockstep.test/login/salesforce/callback';

interface Bench {
  readonly simulator: SalesforceSimulator;
  readonly fetch: Fetch;
  readonly connect: () => Promise<CrmConnector>;
}

async function start(options: { readonly keyField: boolean; readonly rotation?: boolean }): Promise<Bench> {
  const clock = createFakeClock(Date.UTC(2026, 10, 2, 10));
  const random: Random = seededRandom(20_261_123);
  const simulator = createSalesforceSimulator({
    now: () => clock.now(),
    origin: LOGIN,
    instanceOrigin: INSTANCE,
  });
  simulator.addUser({ username: 'anna@contoso.example', password: 'right', email: 'anna@contoso.example' });
  simulator.addConnectedApp({
    clientId: 'lockstep',
    redirectUris: [REDIRECT],
    pkceRequired: true,
    rotation: options.rotation ?? true,
  });
  simulator.deployField('Contact', 'Private_Email__c email(80) cufsgn');
  if (options.keyField) {
    simulator.deployField('EmailMessage', 'Lockstep_Key__c string(255) cufsgnixq');
    simulator.deployField('Task', 'Lockstep_Key__c string(255) cufsgnixq');
  }
  const fetch: Fetch = (url, init) =>
    simulator.fetch(
      new Request(url, {
        method: init.method,
        headers: init.headers,
        redirect: init.redirect,
        ...(init.body === undefined ? {} : { body: init.body }),
      }),
    );
  const app: OauthApp = {
    http: createHttp({ fetch, clock }),
    clientId: 'lockstep',
    clientSecret: null,
    redirectUri: REDIRECT,
    extraOrigins: [LOGIN, INSTANCE],
  };
  let row: StoredToken<SalesforceToken> = { token: await signIn(simulator, app), version: 1 };
  const describeCache = createDescribeCache();
  const connect = async (): Promise<CrmConnector> =>
    createSalesforceConnector({
      fetch,
      clock,
      random,
      describeCache,
      extraOrigins: [LOGIN, INSTANCE],
      tokens: createTokenSource<SalesforceToken>({
        load: async () => row,
        refresh: (token) => refresh(app, token),
        exclusive: async (_seen, work) =>
          work(row, async (token) => {
            row = { token, version: row.version + 1 };
            return row;
          }),
      }),
    });
  return { simulator, fetch, connect };
}

/** As a person in a browser: the authorization page's form, and back with the code. */
async function signIn(simulator: SalesforceSimulator, app: OauthApp): Promise<SalesforceToken> {
  const begun = await authorizationUrl(app, LOGIN);
  const form = new URLSearchParams(new URL(begun.url).searchParams);
  form.set('username', 'anna@contoso.example');
  form.set('pw', 'right');
  form.set('decision', 'allow');
  const back = await simulator.fetch(
    new Request(`${LOGIN}/services/oauth2/authorize`, { method: 'POST', body: form }),
  );
  return exchangeCode(app, { ...begun, loginUrl: LOGIN, callbackUrl: back.headers.get('location') ?? '' });
}

async function open(): Promise<CrmWorld> {
  const { simulator, connect } = await start({ keyField: true });
  const insert = (object: string, record: Record<string, string | null | boolean>): RecordId =>
    simulator.insert(object, [record])[0] as RecordId;
  return {
    crm: await connect(),
    reopen: connect,
    async addPerson({ kind, addresses, accountId }) {
      const [Email = '', other = null] = addresses;
      if (kind === 'contact')
        return insert('Contact', { LastName: 'Kim', Email, Private_Email__c: other, AccountId: accountId });
      if (kind === 'lead')
        return insert('Lead', { LastName: 'Lee', Company: 'New', Email, IsConverted: false });
      return simulator.addUser({ username: Email, password: 'x', email: Email }).id as RecordId;
    },
    addAccount: async (domain) => insert('Account', { Name: domain, Website: `https://www.${domain}/en` }),
    addOpportunity: async (accountId) =>
      insert('Opportunity', {
        Name: 'Spring',
        AccountId: accountId,
        StageName: 'Prospecting',
        CloseDate: '2026-12-24',
        IsClosed: false,
      }),
    readEmails: async () => readEmails(simulator),
    async refuseSubject(subject) {
      simulator.addValidationRule({
        object: 'EmailMessage',
        condition: `Subject = '${subject}'`,
        message: 'No such mail here.',
      });
    },
    async revoke() {
      simulator.endSessions();
      simulator.revokeRefreshTokens();
    },
    close: async () => undefined,
  };
}

function readEmails(simulator: SalesforceSimulator): ReadonlyMap<EmailKey, readonly StoredEmail[]> {
  const stored = new Map<EmailKey, StoredEmail[]>();
  const relations = simulator.records('EmailMessageRelation');
  const links = simulator.records('ContentDocumentLink');
  const documents = new Map(simulator.records('ContentDocument').map((row) => [row.Id, row]));
  for (const row of simulator.records('EmailMessage')) {
    const people = relations
      .filter((relation) => relation.EmailMessageId === row.Id && relation.RelationId)
      .map((relation) => String(relation.RelationId));
    const key = String(row.MessageIdentifier) as EmailKey;
    const email: StoredEmail = {
      recordId: String(row.Id),
      subject: String(row.Subject),
      people: [...new Set(people)],
      relatedTo: row.RelatedToId === null || row.RelatedToId === undefined ? null : String(row.RelatedToId),
      incoming: row.Incoming === true,
      fileSizes: links
        .filter((link) => link.LinkedEntityId === row.Id)
        .map((link) => Number(documents.get(link.ContentDocumentId)?.ContentSize)),
    };
    stored.set(key, [...(stored.get(key) ?? []), email]);
  }
  return stored;
}

runCrmContract({ name: 'Salesforce', open });
