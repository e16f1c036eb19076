import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../model/clock.ts';
import { HostSilence, withoutSilentHosts } from './host-silence.ts';
import { type Fetch, NetworkError } from './http.ts';
import { HOST_SILENT } from './network-codes.ts';

const PLACES = 20;

test('a host that answers takes as many requests as there are', () => {
  const host = new HostSilence(PLACES);
  for (let now = 0; now < 30; now += 1) expect(host.begin(now)).toBe('go');
  host.answered('go', 30);
  expect(host.begin(11 * SECOND - SECOND)).toBe('go');
});

test('half of the places may wait for a host; when nothing has come for ten seconds, only one at a time may try', () => {
  const host = new HostSilence(PLACES);
  for (let at = 0; at < PLACES / 2; at += 1) expect(host.begin(at)).toBe('go');
  expect(host.begin(9 * SECOND)).toBe('go');
  expect(host.begin(10 * SECOND)).toBe('trial');
  expect(host.begin(11 * SECOND)).toBe('refused');
  expect(host.begin(5 * MINUTE)).toBe('refused');
  host.answered('trial', 5 * MINUTE);
  expect(host.begin(5 * MINUTE)).toBe('go');
});

test('five requests in a row without an answer are enough, and any answer ends it', () => {
  const host = new HostSilence(PLACES);
  for (let at = 0; at < 5; at += 1) {
    expect(host.begin(at)).toBe('go');
    host.silent('go', at);
  }
  expect(host.begin(10)).toBe('trial');
  host.silent('trial', 20);
  expect(host.begin(30)).toBe('refused');
  expect(host.begin(20 + 10 * SECOND)).toBe('trial');
  host.answered('trial', 11 * SECOND);
  expect([host.begin(12 * SECOND), host.begin(12 * SECOND)]).toEqual(['go', 'go']);
});

test('a request that its run gave up says nothing of the host', () => {
  const host = new HostSilence(PLACES);
  for (let at = 0; at < 9; at += 1) {
    expect(host.begin(at)).toBe('go');
    host.dropped('go', at);
  }
  expect(host.begin(10)).toBe('go');
});

const init = (signal = new AbortController().signal) =>
  ({ method: 'GET', headers: {}, signal, redirect: 'manual' }) as const;

test('requests to a host that refuses connections end without being sent, others go out', async () => {
  let now = 0;
  let sent = 0;
  let isBack = false;
  const fetch: Fetch = async (url) => {
    sent += 1;
    if (url.includes('away') && !isBack)
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    return { status: 503, headers: { get: () => null }, body: null };
  };
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const guarded = withoutSilentHosts(fetch, { clock, places: PLACES });
  const ask = (host: string) => guarded(`https://${host}.test/x`, init()).then(() => 'answer', codeOf);
  for (let at = 0; at < 5; at += 1) expect(await ask('away')).toBe('ECONNREFUSED');
  expect(await ask('away')).toBe('ECONNREFUSED');
  expect([await ask('away'), await ask('away')]).toEqual([HOST_SILENT, HOST_SILENT]);
  expect(await ask('near')).toBe('answer');
  expect(sent).toBe(7);
  now += 10 * SECOND;
  isBack = true;
  expect([await ask('away'), await ask('away')]).toEqual(['answer', 'answer']);
});

test('a deadline counts as silence, a certificate that is not trusted does not', async () => {
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const late = withoutSilentHosts((_, { signal }) => Promise.reject(signal.reason), {
    clock,
    places: PLACES,
  });
  const aborted = AbortSignal.abort(new NetworkError('timeout', 'DEADLINE'));
  const untrusted = withoutSilentHosts(
    () => Promise.reject(Object.assign(new Error('tls'), { code: 'CERT_HAS_EXPIRED' })),
    { clock, places: PLACES },
  );
  const codes: string[][] = [[], []];
  for (let at = 0; at < 7; at += 1) {
    codes[0]?.push(await late('https://late.test', init(aborted)).then(() => '', codeOf));
    codes[1]?.push(await untrusted('https://old.test', init()).then(() => '', codeOf));
  }
  expect(codes[0]?.at(-1)).toBe(HOST_SILENT);
  expect(codes[1]?.at(-1)).toBe('CERT_HAS_EXPIRED');
});

function codeOf(error: unknown): string {
  if (error instanceof NetworkError) return error.vendorCode;
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return code ?? cause?.code ?? 'none';
}
