/** An Exchange on-premises that takes tokens of the company's own sign-in service: signing in, reading, renewing, and every way in which it ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { mailServiceView } from '../../src/api/views.ts';
import { keepInMemory } from '../../src/commands/keep-credential.ts';
import { createExchangeService } from '../../src/connectors/exchange/service.ts';
import type {
  MailConnector,
  MailConsent,
  MailService,
  PreparedConnection,
} from '../../src/model/connector.ts';
import { ANN, EWS, inboxOf, mail, open, type World } from '../support/exchange-bench.ts';

const ORIGIN = 'https://mail.contoso.test';
const CALLBACK = 'https://lockstep.test/connect/exchange/callback';
const CLIENT = {
  clientId: 'lockstep-client',
  clientSecret: 'adfs-secret',
  redirectUris: [CALLBACK],
  resource: ORIGIN,
};
const signal = new AbortController().signal;
const code = (name: string, vendorCode?: string) => ({
  failure: { code: name, ...(vendorCode === undefined ? {} : { vendorCode }) },
});

let world: World;
let service: MailService;
let consent: MailConsent;
beforeEach(() => {
  world = open({ auth: ['bearer'] });
  world.simulator.adfs.addClient(CLIENT);
  service = serviceWith({});
  consent = service.consent as MailConsent;
});

function serviceWith(app: { clientSecret?: string; resource?: string }): MailService {
  return createExchangeService({
    ...{ fetch: world.fetch, clock: world.clock, random: { next: () => 0.5 } },
    ...{ allowedHosts: [], extraCa: [], resolve: async () => [] },
    ...{ allowLoopbackHttp: false, opensSockets: false, streaming: false },
    oauth: {
      app: { authority: `${ORIGIN}/adfs`, ewsUrl: EWS, ...CLIENT, ...app },
      redirectUri: CALLBACK,
    },
  });
}

/** Fills in the sign-in page; where the browser is sent. */
async function fillIn(url: string, form: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = new URLSearchParams({ UserName: ANN, Password: 'pw', ...form });
  const answer = await world.simulator.fetch(new Request(url, { method: 'POST', body }));
  return answer.headers.get('location') ?? '';
}

async function signIn(): Promise<PreparedConnection> {
  const { url, details } = await consent.begin({ loginHint: ANN });
  return consent.complete(details, await fillIn(url), signal);
}

function connect(prepared: PreparedConnection): {
  readonly connector: MailConnector;
  readonly kept: () => unknown;
} {
  const keeper = keepInMemory(prepared.credential);
  return { connector: service.open(prepared, { signal, keeper }), kept: keeper.latest };
}

describe('signing in on the company’s own page', () => {
  it('asks with PKCE, state, nonce and the resource, and names whom it expects', async () => {
    const { url } = await consent.begin({ loginHint: ANN });
    const page = new URL(url);
    expect(page.origin + page.pathname).toBe(`${ORIGIN}/adfs/oauth2/authorize`);
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: CALLBACK,
      resource: ORIGIN,
      login_hint: ANN,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(page.searchParams.get(name)?.length).toBeGreaterThan(20);
  });

  it('opens the mailbox of whoever signed in', async () => {
    const prepared = await signIn();
    expect(prepared).toMatchObject({ account: ANN, settings: { ewsUrl: EWS, access: 'oauth' } });
    const { connector } = connect(prepared);
    expect(await connector.identify()).toMatchObject({ address: ANN });
    expect((await connector.check()).filter(({ ok }) => !ok)).toEqual([]);
    await connector.close();
  });

  it('reads mail with the token', async () => {
    world.simulator.deliver(ANN, 'inbox', Buffer.from(mail('one')));
    const { connector } = connect(await signIn());
    const page = await connector.readChanges(await inboxOf(connector as never), null);
    expect(page.changes).toHaveLength(1);
    await connector.close();
  });

  it('asks Entra ID for the permission by its full name', async () => {
    const entra = createExchangeService({
      ...{ fetch: world.fetch, clock: world.clock, random: { next: () => 0.5 } },
      ...{ allowedHosts: [], extraCa: [], resolve: async () => [] },
      ...{ allowLoopbackHttp: false, opensSockets: false, streaming: false },
      oauth: {
        app: { ...CLIENT, authority: 'https://login.microsoftonline.test/contoso', ewsUrl: EWS },
        redirectUri: CALLBACK,
      },
    });
    const page = new URL((await (entra.consent as MailConsent).begin({ loginHint: null })).url);
    expect(page.pathname).toBe('/contoso/oauth2/v2.0/authorize');
    expect(page.searchParams.get('scope')).toBe(
      `openid profile email offline_access ${ORIGIN}/EWS.AccessAsUser.All`,
    );
    expect(page.searchParams.has('resource')).toBe(false);
  });

  it.each([['the person goes back', { decision: 'cancel' }, 'mailbox.consent-declined', 'access_denied']])(
    'says so when %s',
    async (_, form, name, vendorCode) => {
      const { url, details } = await consent.begin({ loginHint: ANN });
      await expect(consent.complete(details, await fillIn(url, form), signal)).rejects.toMatchObject(
        code(name, vendorCode),
      );
    },
  );

  it('refuses the answer to another sign-in', async () => {
    const [mine, theirs] = [await consent.begin({ loginHint: ANN }), await consent.begin({ loginHint: ANN })];
    const back = new URL(await fillIn(theirs.url));
    await expect(consent.complete(mine.details, back.href, signal)).rejects.toMatchObject(
      code('mailbox.authorization-revoked', 'STATE_MISMATCH'),
    );
    back.searchParams.set('state', mine.state);
    await expect(consent.complete(mine.details, back.href, signal)).rejects.toMatchObject(
      code('mailbox.grant-ended', 'MSIS9612'),
    );
  });

  it.each([
    ['secret', { clientSecret: 'wrong' }, 'MSIS9607'],
    ['resource', { resource: 'https://elsewhere.test' }, 'MSIS9602'],
  ])('tells the operator of a wrong %s', async (_, app, vendorCode) => {
    const { consent: wrong } = serviceWith(app);
    const { url, details } = await (wrong as MailConsent).begin({ loginHint: ANN });
    await expect((wrong as MailConsent).complete(details, await fillIn(url), signal)).rejects.toMatchObject(
      code('mailbox.app-misconfigured', vendorCode),
    );
  });
});

describe('the token', () => {
  it('is renewed before its end, and the new one is kept', async () => {
    const prepared = await signIn();
    world.clock.advance(58 * 60_000);
    const { connector, kept } = connect(prepared);
    await connector.identify();
    expect(world.simulator.adfs.renewals.count).toBe(1);
    expect(kept()).not.toEqual(prepared.credential);
    expect(kept()).toMatchObject({
      refreshToken: (prepared.credential as { refreshToken: string }).refreshToken,
    });
    await connector.close();
  });

  it('is renewed once when the server refuses it', async () => {
    const prepared = await signIn();
    world.simulator.adfs.end(ANN, 'access');
    const { connector } = connect(prepared);
    await connector.identify();
    expect(world.simulator.adfs.renewals.count).toBe(1);
    await connector.close();
  });

  it('whose grant has ended asks the person to sign in again', async () => {
    const prepared = await signIn();
    world.simulator.adfs.end(ANN, 'grants');
    const { connector } = connect(prepared);
    await expect(connector.identify()).rejects.toMatchObject({
      failure: { code: 'mailbox.grant-ended', kind: 'authorization-revoked' },
    });
    await connector.close();
  });

  it('that is refused although it is new asks the person to sign in again, after two requests', async () => {
    const prepared = await signIn();
    world.simulator.setAccountState(ANN, 'locked');
    const answer = connect({ ...prepared, credential: { accessToken: 'x', refreshToken: 'y' } });
    await expect(answer.connector.identify()).rejects.toMatchObject({
      failure: { kind: 'authorization-revoked' },
    });
    await answer.connector.close();
  });

  it('is not sent on to a server that takes none: the operator hears of it', async () => {
    const prepared = await signIn();
    world.simulator.world.auth = ['basic'];
    const { connector } = connect(prepared);
    await expect(connector.identify()).rejects.toMatchObject(
      code('mailbox.app-misconfigured', 'BearerNotOffered'),
    );
    await connector.close();
  });
});

describe('the service', () => {
  it('takes a form all the same, and without an application a form alone', async () => {
    expect(mailServiceView(service)).toMatchObject({ activatedBy: 'form', alsoByConsent: true });
    world.simulator.world.auth = ['basic'];
    const prepared = await service.prepare({ login: ANN, password: 'pw', ewsUrl: EWS }, signal);
    const { connector } = connect(prepared);
    expect(await connector.identify()).toMatchObject({ address: ANN });
    await connector.close();
  });
});
