/**
 * Goal: of many processes that find a token dead one renews, the others take its result, and what is kept afterwards is the newest; while an
 * activation is unproven the same holds in memory. Method: real token sources over keepers on a real PostgreSQL, and a service that counts.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepInMemory, keepStored } from '../../src/commands/keep-credential.ts';
import { createKeptTokens } from '../../src/connectors/kept-tokens.ts';
import type { CredentialKeeper } from '../../src/model/connector.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import { readConnection, saveConnection } from '../../src/store/connections.ts';
import { inOrganization } from '../../src/store/database.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant, testKeyring } from '../support/rows.ts';

interface Token {
  readonly accessToken: string | null;
  readonly refreshToken: string;
}

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await createTestDatabase({ poolMax: 25 });
  tenant = await seedTenant(database.db, 'kept');
});
afterAll(() => database.drop());

/** A service that takes each refresh token once. */
function createIssuer() {
  let issued = 0;
  return {
    issued: () => issued,
    async refresh(token: Token): Promise<Token> {
      if (token.refreshToken !== `r${issued}`) throw new RemoteFailure(failure('mailbox.grant-ended'));
      issued += 1;
      return { accessToken: `a${issued}`, refreshToken: `r${issued}` };
    },
  };
}

const tokensOver = (keeper: CredentialKeeper, refresh: (token: Token) => Promise<Token>) =>
  createKeptTokens<Token>({ keeper, read: (credential) => credential as Token, refresh });

async function connect(account: string) {
  const { organizationId, userId, keys } = tenant;
  return await inOrganization(database.db, organizationId, async (tx) => {
    const credential = { accessToken: 'a0', refreshToken: 'r0' };
    const id = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service: 'any',
      account,
      credential,
      settings: { kept: true },
      now: MONDAY,
    });
    const connection = await readConnection(tx, keys, id);
    if (connection === null) throw new Error('the connection was not written');
    return connection;
  });
}

test('twenty processes that find one token dead renew it once, and all go on with the same', async () => {
  const connection = await connect('twenty');
  const issuer = createIssuer();
  const open = () =>
    tokensOver(keepStored({ db: database.db, keyring: testKeyring }, connection), issuer.refresh);
  const sources = Array.from({ length: 20 }, open);
  for (const round of [1, 2, 3]) {
    const dead = `a${round - 1}`;
    const renewed = await Promise.all(sources.map((source) => source.renew(dead)));
    expect(new Set(renewed.map(({ accessToken }) => accessToken))).toEqual(new Set([`a${round}`]));
    expect(issuer.issued()).toBe(round);
  }
  const { organizationId, keys } = tenant;
  const stored = await inOrganization(database.db, organizationId, (tx) =>
    readConnection(tx, keys, connection.id),
  );
  expect(stored).toMatchObject({
    credential: { accessToken: 'a3', refreshToken: 'r3' },
    settings: { kept: true },
  });
});

test('a refusal leaves what is kept as it was', async () => {
  const connection = await connect('refused');
  const refuse = () => Promise.reject(new RemoteFailure(failure('mailbox.grant-ended')));
  const source = tokensOver(keepStored({ db: database.db, keyring: testKeyring }, connection), refuse);
  await expect(source.renew('a0')).rejects.toMatchObject({ failure: { code: 'mailbox.grant-ended' } });
  const { organizationId, keys } = tenant;
  const stored = await inOrganization(database.db, organizationId, (tx) =>
    readConnection(tx, keys, connection.id),
  );
  expect(stored).toMatchObject({
    credential: connection.credential,
    credentialVersion: connection.credentialVersion,
  });
});

test('what is renewed before anything is stored is what will be stored', async () => {
  const issuer = createIssuer();
  const keeper = keepInMemory({ accessToken: 'a0', refreshToken: 'r0' });
  const sources = [tokensOver(keeper, issuer.refresh), tokensOver(keeper, issuer.refresh)];
  await Promise.all(sources.map((source) => source.renew('a0')));
  expect(issuer.issued()).toBe(1);
  expect(keeper.latest()).toEqual({ accessToken: 'a1', refreshToken: 'r1' });
});
