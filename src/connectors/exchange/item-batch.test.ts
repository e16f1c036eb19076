import { describe, expect, it } from 'vitest';
import {
  answer,
  connect,
  failed,
  fault,
  idsIn,
  items,
  message,
  success,
} from '../../../test/support/canned-exchange.ts';

describe('readHeads', () => {
  it('keeps the order and lets no bad item stop another', async () => {
    const { connector } = connect(() =>
      answer(
        'GetItem',
        success('GetItem', message('A')),
        failed('GetItem', 'ErrorItemNotFound'),
        failed('GetItem', 'ErrorItemCorrupt'),
        success('GetItem', message('D')),
      ),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D'));
    expect(results.map((result) => (result.ok ? result.value.itemId : result.failure.code))).toEqual([
      'A',
      'mailbox.item-gone',
      'mailbox.item-unreadable',
      'D',
    ]);
  });

  it('asks again for what the server left undone', async () => {
    const { connector, bodies } = connect((body) =>
      answer(
        'GetItem',
        ...idsIn(body).map((id, index) =>
          index < 2 ? success('GetItem', message(id)) : failed('GetItem', 'ErrorBatchProcessingStopped'),
        ),
      ),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D', 'E'));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
    expect(bodies.map(idsIn)).toEqual([['A', 'B', 'C', 'D', 'E'], ['C', 'D', 'E'], ['E']]);
  });

  it('finds by halving the one item that spoils a whole request', async () => {
    const { connector } = connect((body) =>
      idsIn(body).includes('C')
        ? fault('ErrorInternalServerError')
        : answer('GetItem', ...idsIn(body).map((id) => success('GetItem', message(id)))),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D'));
    expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual([
      'ok',
      'ok',
      'mailbox.item-unreadable',
      'ok',
    ]);
  });

  it('blames a single item when the server is well otherwise', async () => {
    const { connector } = connect((_body, operation) =>
      operation === 'GetItem'
        ? fault('ErrorInternalServerError')
        : answer('GetFolder', success('GetFolder', '<m:Folders/>')),
    );
    const [result] = await connector.readHeads(items('A'));
    expect(result).toMatchObject({ ok: false, failure: { code: 'mailbox.item-unreadable' } });
  });

  it('asks for less when the server runs out of time', async () => {
    const { connector } = connect((body) =>
      idsIn(body).length > 1
        ? fault('ErrorTimeoutExpired')
        : answer('GetItem', ...idsIn(body).map((id) => success('GetItem', message(id)))),
    );
    expect((await connector.readHeads(items('A', 'B', 'C'))).every(({ ok }) => ok)).toBe(true);
  });

  it('blames no item when the server fails at everything', async () => {
    const { connector } = connect(() => fault('ErrorInternalServerError'));
    await expect(connector.readHeads(items('A', 'B'))).rejects.toMatchObject({
      failure: { code: 'mailbox.transient' },
    });
    const messages = connect((body) =>
      answer('GetItem', ...idsIn(body).map(() => failed('GetItem', 'ErrorInternalServerError'))),
    );
    await expect(messages.connector.readHeads(items('A', 'B', 'C', 'D'))).rejects.toMatchObject({
      failure: { code: 'mailbox.transient' },
    });
  });
});
