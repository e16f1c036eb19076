/**
 * The Salesforce simulator with one org, one user who has signed in through the product's own OAuth functions, and connectors on it. For tests of the
 * connector; the product's own wiring is not in it.
 */

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
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { seededRandom } from './seed.ts';

const LOGIN = 'https://login.salesforce.test';
const INSTANCE = 'https://contoso.my.salesforce.test';
/** Where the org may move to. */
export const NEW_INSTANCE = 'https://contoso-new.my.salesforce.test';
const ORIGINS = [LOGIN, INSTANCE, NEW_INSTANCE];
const REDIRECT = 'https://lockstep.test/login/salesforce/callback';

export interface SalesforceBench {
  readonly simulator: SalesforceSimulator;
  readonly clock: FakeClock;
  /** Opens a connector, as a run does. All share the stored token and the describe cache. */
  readonly connect: (options?: { readonly ownerId: string }) => Promise<CrmConnector>;
}

/** `keyField` deploys `Lockstep_Key__c`; a second e-mail field of contacts is always there. */
export async function startSalesforceBench(options: {
  readonly keyField: boolean;
  readonly rotation?: boolean;
  /** What arrives in the place of an answer. */
  readonly answer?: (response: Response) => Promise<Response>;
}): Promise<SalesforceBench> {
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
    simulator.deployField('Event', 'Lockstep_Key__c string(255) cufsgnixq');
    simulator.deployField('Task', 'Lockstep_Key__c string(255) cufsgnixq');
  }
  const fetch: Fetch = async (url, init) => {
    const response = await simulator.fetch(
      new Request(url, {
        method: init.method,
        headers: init.headers,
        redirect: init.redirect,
        ...(init.body === undefined ? {} : { body: init.body }),
      }),
    );
    return options.answer === undefined ? response : options.answer(response);
  };
  const app: OauthApp = {
    http: createHttp({ fetch, clock }),
    clientId: 'lockstep',
    clientSecret: null,
    redirectUri: REDIRECT,
    extraOrigins: ORIGINS,
  };
  let row: StoredToken<SalesforceToken> = { token: await signIn(simulator, app), version: 1 };
  const describeCache = createDescribeCache();
  const connect: SalesforceBench['connect'] = async (more) =>
    createSalesforceConnector({
      fetch,
      clock,
      random,
      ...more,
      describeCache,
      extraOrigins: ORIGINS,
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
  return { simulator, clock, connect };
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
