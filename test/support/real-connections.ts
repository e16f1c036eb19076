/** Signs the people of a real scene in, as their browsers would, and opens the real connectors on what came of it. */
import type { Colleague } from '../../sandbox/cast.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET, type Services } from '../../sandbox/simulated-services.ts';
import { createExchangeConnector } from '../../src/connectors/exchange/connector.ts';
import { createGoogleService } from '../../src/connectors/google/service.ts';
import { createHttp, type Fetch } from '../../src/connectors/http.ts';
import { createOffice365Service } from '../../src/connectors/office365/service.ts';
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
import type { Clock } from '../../src/model/clock.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import { keepInMemory } from './google-bench.ts';
import { signInBy } from './office365-bench.ts';
import { seededRandom } from './seed.ts';

export const REDIRECT = 'https://lockstep.test/callback';
const APP = { clientId: SANDBOX_CLIENT_ID, clientSecret: SANDBOX_CLIENT_SECRET };
const MICROSOFT = {
  loginOrigin: 'https://login.microsoftonline.test',
  graphOrigin: 'https://graph.microsoft.test',
};
const LOGIN = 'https://login.salesforce.test';
const UNBOUND = 1_000_000_000;

interface Server {
  fetch(request: Request): Promise<Response>;
}

function fetchFrom(server: Server): Fetch {
  return (url, { method, headers, body, signal, redirect }) =>
    server.fetch(
      new Request(url, { method, headers, signal, redirect, ...(body === undefined ? {} : { body }) }),
    );
}

/** Gives what opens a connector on somebody's mailbox, as each of his runs does. */
export async function openMail(
  { exchange, office365, google }: Services,
  { service, address, password }: Colleague,
  clock: Clock,
): Promise<() => MailConnector> {
  const random = seededRandom(1);
  const signal = new AbortController().signal;
  if (service === 'exchange')
    return () =>
      createExchangeConnector({
        ewsUrl: `${exchange.world.origin}/EWS/Exchange.asmx`,
        credential: { login: address, password },
        fetch: fetchFrom(exchange),
        clock,
        random,
      });
  const common = { clock, random, redirectUri: REDIRECT };
  if (service === 'office365') {
    const app = { ...APP, certificate: null, tenant: 'organizations', ...MICROSOFT };
    const fetch = fetchFrom(office365);
    const opened = createOffice365Service({ ...common, app, fetch, hintsOrigin: null });
    const prepared = await signInBy(opened, office365, address, { passwd: password });
    const keeper = keepInMemory(prepared.credential);
    return () => opened.open(prepared, { signal, keeper });
  }
  const { accountsOrigin, apiOrigin } = google.world;
  const opened = createGoogleService({
    ...common,
    app: {
      ...APP,
      serviceAccount: null,
      accountsOrigin,
      tokenOrigin: apiOrigin,
      gmailOrigin: apiOrigin,
      unitsPerMinute: UNBOUND,
    },
    fetch: fetchFrom(google),
    pubsub: null,
  });
  if (opened.consent === null) throw new Error('no consent');
  const start = await opened.consent.begin({ loginHint: address });
  const body = new URLSearchParams({
    email: address,
    password,
    decision: 'allow',
    granted: 'all',
  });
  const back = await google.fetch(new Request(start.url, { method: 'POST', body }));
  const prepared = await opened.consent.complete(start.details, back.headers.get('location') ?? '', signal);
  const keeper = keepInMemory(prepared.credential);
  return () => opened.open(prepared, { signal, keeper });
}

/** Gives what opens a connector on somebody's Salesforce user. */
export async function openCrm(
  { salesforce }: Services,
  { salesforceUsername, password }: Colleague,
  clock: Clock,
): Promise<() => CrmConnector> {
  const fetch = fetchFrom(salesforce);
  const app: OauthApp = {
    http: createHttp({ fetch, clock }),
    ...APP,
    redirectUri: REDIRECT,
    extraOrigins: [LOGIN],
  };
  const begun = await authorizationUrl(app, LOGIN);
  const form = new URLSearchParams(new URL(begun.url).searchParams);
  form.set('username', salesforceUsername);
  form.set('pw', password);
  form.set('decision', 'allow');
  const page = new Request(`${LOGIN}/services/oauth2/authorize`, { method: 'POST', body: form });
  const callbackUrl = (await salesforce.fetch(page)).headers.get('location') ?? '';
  const token = await exchangeCode(app, { ...begun, loginUrl: LOGIN, callbackUrl });
  let row: StoredToken<SalesforceToken> = { token, version: 1 };
  const describeCache = createDescribeCache();
  return () =>
    createSalesforceConnector({
      fetch,
      clock,
      random: seededRandom(2),
      describeCache,
      extraOrigins: [LOGIN],
      tokens: createTokenSource<SalesforceToken>({
        load: async () => row,
        refresh: (before) => refresh(app, before),
        exclusive: async (_seen, work) =>
          work(row, async (renewed) => {
            row = { token: renewed, version: row.version + 1 };
            return row;
          }),
      }),
    });
}
