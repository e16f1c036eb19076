import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getGlobalDispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import type { Clock } from '../model/clock.ts';
import { fetchOver } from './fetch-over.ts';
import { createAgent, createHttp, type Fetch, networkError } from './http.ts';

/** A clock whose sleeps never end unless `expire` is called or they are aborted. */
function stillClock(): Clock & { expire(): void } {
  const wakers: (() => void)[] = [];
  return {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        wakers.push(resolve);
        signal?.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      }),
    expire: () => {
      for (const wake of wakers) wake();
    },
  };
}

const answering =
  (body: string, status = 200): Fetch =>
  async () =>
    new Response(body, { status });

describe('send', () => {
  it('counts requests and bytes by operation', async () => {
    const http = createHttp({ fetch: answering('héllo'), clock: stillClock() });
    await (
      await http.send({ method: 'POST', url: 'https://a.example/', body: 'ab', operation: 'GetItem' })
    ).text();
    await (await http.send({ method: 'GET', url: 'https://a.example/', operation: 'Poll' })).discard();
    expect(http.traffic()).toEqual({
      requests: 2,
      bytesSent: 2,
      bytesReceived: 12,
      byOperation: { GetItem: 1, Poll: 1 },
    });
  });

  it('names itself Lockstep and never follows redirects', async () => {
    let seen: unknown;
    const http = createHttp({
      fetch: async (_url, init) => {
        seen = [init.headers['user-agent'], init.redirect];
        return new Response('', { status: 200 });
      },
      clock: stillClock(),
    });
    await http.send({ method: 'GET', url: 'https://a.example/', operation: 'x' });
    expect(seen).toEqual(['Lockstep', 'manual']);
  });

  it('refuses a body above the limit', async () => {
    const http = createHttp({ fetch: answering('x'.repeat(11)), clock: stillClock(), bodyBytesMax: 10 });
    const response = await http.send({ method: 'GET', url: 'https://a.example/', operation: 'x' });
    await expect(response.bytes()).rejects.toMatchObject({ kind: 'too-large' });
  });

  it('ends at the deadline, also in the middle of a body', async () => {
    const clock = stillClock();
    const hanging: Fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init.signal.addEventListener('abort', () => reject(init.signal.reason));
      });
    const http = createHttp({ fetch: hanging, clock });
    const sent = http.send({ method: 'GET', url: 'https://a.example/', operation: 'x' });
    clock.expire();
    await expect(sent).rejects.toMatchObject({ kind: 'timeout', vendorCode: 'DEADLINE' });
  });

  it("rejects with the caller's own reason when cancelled", async () => {
    const stop = new AbortController();
    const http = createHttp({
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init.signal.addEventListener('abort', () => reject(init.signal.reason));
        }),
      clock: stillClock(),
      signal: stop.signal,
    });
    const sent = http.send({ method: 'GET', url: 'https://a.example/', operation: 'x' });
    const reason = new Error('lease lost');
    stop.abort(reason);
    await expect(sent).rejects.toBe(reason);
    await expect(http.send({ method: 'GET', url: 'https://a.example/', operation: 'x' })).rejects.toBe(
      reason,
    );
  });

  it('speaks to a real server over one socket', async () => {
    const sockets = new Set<unknown>();
    const server = createServer((request, response) => {
      sockets.add(request.socket);
      request.resume().on('end', () => response.writeHead(401, { 'www-authenticate': 'NTLM' }).end('no'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const dispatcher = createAgent({ connections: 1 });
    const http = createHttp({ fetch: fetchOver(getGlobalDispatcher()), clock: stillClock() });
    for (let index = 0; index < 3; index += 1) {
      const response = await http.send({ method: 'POST', url, body: 'x', operation: 'x', dispatcher });
      expect([response.status, await response.text()]).toEqual([401, 'no']);
    }
    expect(sockets.size).toBe(1);
    await dispatcher.close();
    server.close();
    await expect(
      http.send({ method: 'GET', url, operation: 'x', dispatcher: createAgent() }),
    ).rejects.toMatchObject({ kind: 'unreachable', vendorCode: 'ECONNREFUSED' });
  });
});

/** Signed by nobody but itself, and made for this run. */
const SELF_SIGNED = createSelfSigned('localhost', Date.now());

describe('certificates', () => {
  const overTls = async (host: string, extraCa: readonly string[], maxVersion?: 'TLSv1.1') => {
    let requests = 0;
    const ciphers =
      maxVersion === undefined ? {} : { maxVersion, minVersion: maxVersion, ciphers: 'ALL:@SECLEVEL=0' };
    const server = createTlsServer(
      { key: SELF_SIGNED.key, cert: SELF_SIGNED.cert, ...ciphers },
      (_request, response) => {
        requests += 1;
        response.end('ok');
      },
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://${host}:${(server.address() as AddressInfo).port}/`;
    const dispatcher = createAgent({
      extraCa,
      lookup: (_host, options, callback) =>
        options.all === true
          ? callback(null, [{ address: '127.0.0.1', family: 4 }])
          : callback(null, '127.0.0.1', 4),
    });
    const http = createHttp({ fetch: fetchOver(getGlobalDispatcher()), clock: stillClock() });
    const headers = { authorization: 'Basic x' };
    const outcome = await http.send({ method: 'GET', url, operation: 'x', dispatcher, headers }).then(
      (response) => response.text(),
      (error: unknown) => error,
    );
    await dispatcher.destroy();
    server.closeAllConnections();
    server.close();
    return { outcome, requests };
  };

  it('are refused when nobody vouches for them, before anything is sent', async () => {
    expect(await overTls('localhost', [])).toMatchObject({ outcome: { kind: 'certificate' }, requests: 0 });
  });

  it("are accepted when the company's own authority vouches for them", async () => {
    expect(await overTls('localhost', [SELF_SIGNED.cert])).toEqual({ outcome: 'ok', requests: 1 });
  });

  it('are refused for another name', async () => {
    expect(await overTls('other.localhost', [SELF_SIGNED.cert])).toMatchObject({
      outcome: { kind: 'certificate', vendorCode: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      requests: 0,
    });
  });

  it('do not help a server that speaks only old TLS', async () => {
    expect(await overTls('localhost', [SELF_SIGNED.cert], 'TLSv1.1')).toMatchObject({
      outcome: { kind: 'unreachable' },
      requests: 0,
    });
  });
});

describe('networkError', () => {
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['ENOTFOUND', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['EPROTO', 'unreachable'],
  ])('reads %s below a TypeError as %s', (code, kind) => {
    const inner = Object.assign(new Error('x'), { code });
    expect(networkError(new TypeError('fetch failed', { cause: inner }))).toMatchObject({
      kind,
      vendorCode: code,
    });
  });

  it('keeps messages out of the code', () => {
    expect(networkError(new Error('secret')).message).toBe('unreachable (FETCH_FAILED)');
  });
});
