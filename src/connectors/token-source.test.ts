import { expect, test } from 'vitest';
import { failure, RemoteFailure } from '../model/failure.ts';
import { createTokenSource, type StoredToken, type TokenSourceOptions } from './token-source.ts';

interface Token {
  readonly accessToken: string | null;
  readonly refreshToken: string;
}

/** A row with a lock, shared by several sources as by several machines. */
function createRow(first: Token) {
  let row: StoredToken<Token> = { token: first, version: 1 };
  let queue: Promise<unknown> = Promise.resolve();
  let failSaves = 0;
  const exclusive: TokenSourceOptions<Token>['exclusive'] = (_seen, work) => {
    const turn = queue.then(async () => {
      const next = await work(row, async (token) => ({ token, version: row.version + 1 }));
      // As a transaction: what was saved holds from the commit on, and the commit may fail.
      if (failSaves > 0) {
        failSaves -= 1;
        throw new Error('store is away');
      }
      row = next;
      return next;
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    load: async () => row,
    exclusive,
    read: () => row,
    write: (token: Token) => {
      row = { token, version: row.version + 1 };
    },
    failNextSave: () => {
      failSaves += 1;
    },
  };
}

/** A service that rotates: each refresh token works once. */
function createRotatingService() {
  let generation = 0;
  let calls = 0;
  return {
    calls: () => calls,
    refresh: async (token: Token): Promise<Token> => {
      calls += 1;
      await Promise.resolve();
      if (token.refreshToken !== `refresh-${generation}`)
        throw new RemoteFailure(failure('crm.authorization-revoked'));
      generation += 1;
      return { accessToken: `access-${generation}`, refreshToken: `refresh-${generation}` };
    },
  };
}

test('twenty calls at once renew once', async () => {
  const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
  const service = createRotatingService();
  const source = createTokenSource({ ...row, refresh: service.refresh });
  await source.current();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => source.renew('access-0')));
  expect(service.calls()).toBe(1);
  expect(new Set(tokens.map((token) => token.accessToken))).toEqual(new Set(['access-1']));
  expect(row.read().token.refreshToken).toBe('refresh-1');
});

test('twenty machines renew once: the others take what the first stored', async () => {
  const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
  const service = createRotatingService();
  const sources = Array.from({ length: 20 }, () => createTokenSource({ ...row, refresh: service.refresh }));
  await Promise.all(sources.map((source) => source.current()));
  const tokens = await Promise.all(sources.map((source) => source.renew('access-0')));
  expect(service.calls()).toBe(1);
  expect(new Set(tokens.map((token) => token.accessToken))).toEqual(new Set(['access-1']));
});

test('a token without access part is renewed at the first use', async () => {
  const row = createRow({ accessToken: null, refreshToken: 'refresh-0' });
  const source = createTokenSource({ ...row, refresh: createRotatingService().refresh });
  expect((await source.current()).accessToken).toBe('access-1');
});

test('a late refusal of an old token does not renew again', async () => {
  const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
  const service = createRotatingService();
  const source = createTokenSource({ ...row, refresh: service.refresh });
  await source.current();
  await source.renew('access-0');
  expect((await source.renew('access-0')).accessToken).toBe('access-1');
  expect(service.calls()).toBe(1);
});

test('a refusal counts only when the stored token is still the refused one', async () => {
  const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
  const source = createTokenSource<Token>({
    ...row,
    refresh: async () => {
      row.write({ accessToken: 'access-theirs', refreshToken: 'refresh-theirs' });
      throw new RemoteFailure(failure('crm.authorization-revoked'));
    },
  });
  await source.current();
  expect((await source.renew('access-0')).accessToken).toBe('access-theirs');
});

test('a refusal of the stored token is passed on, and so is trouble that is no refusal', async () => {
  for (const code of ['crm.authorization-revoked', 'crm.transient', 'crm.unreachable'] as const) {
    const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
    const source = createTokenSource<Token>({
      ...row,
      refresh: async () => {
        throw new RemoteFailure(failure(code));
      },
    });
    await source.current();
    await expect(source.renew('access-0')).rejects.toMatchObject({ failure: { code } });
  }
});

test('a rotated token that could not be stored is stored at the next renewal instead of being lost', async () => {
  const row = createRow({ accessToken: 'access-0', refreshToken: 'refresh-0' });
  const service = createRotatingService();
  const source = createTokenSource({ ...row, refresh: service.refresh });
  await source.current();
  row.failNextSave();
  await expect(source.renew('access-0')).rejects.toThrow('store is away');
  expect((await source.renew('access-0')).accessToken).toBe('access-1');
  expect(service.calls()).toBe(1);
  expect(row.read().token.refreshToken).toBe('refresh-1');
});
