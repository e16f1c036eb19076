import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getGlobalDispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Clock, Random } from '../../model/clock.ts';
import { fetchOver } from '../fetch-over.ts';
import { createAgent, createHttp, type Fetch } from '../http.ts';
import { fileTime } from './ntlm.ts';
import { createSignIn, readChallenges } from './sign-in.ts';

const clock: Clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
const random: Random = { next: () => 0.5 };
const request = { method: 'POST', url: 'https://mail.corp.example/x', body: 'b', operation: 'op' } as const;

/** A server that accepts one Authorization value and answers 401 with `offers` otherwise; remembers what it was sent. */
function server(accepted: string | null, offers: string) {
  const seen: (string | undefined)[] = [];
  const fetch: Fetch = async (_url, init) => {
    seen.push(init.headers.authorization);
    return init.headers.authorization === accepted
      ? new Response('ok')
      : new Response('no', { status: 401, headers: { 'www-authenticate': offers } });
  };
  return { seen, fetch };
}

const signIn = (fetch: Fetch, password: string, askFirst = false) =>
  createSignIn({
    http: createHttp({ fetch, clock }),
    credential: { login: 'ann@corp.example', password },
    clock,
    random,
    askFirst,
  });

const basic = (password: string, encoding: 'utf8' | 'latin1'): string =>
  `Basic ${Buffer.from(`ann@corp.example:${password}`, encoding).toString('base64')}`;

describe('Basic', () => {
  it('needs one request when the server agrees', async () => {
    const at = server(basic('pw', 'utf8'), 'Basic realm="x"');
    expect((await signIn(at.fetch, 'pw').send(request)).status).toBe(200);
    expect(at.seen).toEqual([basic('pw', 'utf8')]);
  });

  it('waits for the challenge where the host is not proven', async () => {
    const at = server(basic('pw', 'utf8'), 'Basic realm="x"');
    await signIn(at.fetch, 'pw', true).send(request);
    expect(at.seen).toEqual([undefined, basic('pw', 'utf8')]);
  });

  it('tries Latin-1 once for a password outside ASCII, and stays with it', async () => {
    const at = server(basic('pässwörd', 'latin1'), 'Basic');
    const by = signIn(at.fetch, 'pässwörd');
    await by.send(request);
    await by.send(request);
    expect(at.seen).toEqual([
      basic('pässwörd', 'utf8'),
      basic('pässwörd', 'latin1'),
      basic('pässwörd', 'latin1'),
    ]);
  });

  it('never sends a refused password again, also not in parallel', async () => {
    const at = server(null, 'Basic');
    const by = signIn(at.fetch, 'wrong');
    const all = await Promise.allSettled([by.send(request), by.send(request), by.send(request)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(by.send(request)).rejects.toMatchObject({
      failure: { code: 'mailbox.credentials-rejected' },
    });
    expect(at.seen).toHaveLength(1);
  });
});

it('learns nothing about signing in from a busy proxy', async () => {
  let busy = true;
  const fetch: Fetch = async () => {
    const answer = busy
      ? new Response('', { status: 503 })
      : new Response('', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    busy = false;
    return answer;
  };
  const by = signIn(fetch, 'pw');
  expect((await by.send(request)).status).toBe(503);
  await expect(by.send(request)).rejects.toMatchObject({ failure: { vendorCode: 'NoSupportedScheme' } });
});

it('says what is wrong when the server offers no scheme that we speak', async () => {
  const at = server(null, 'Bearer client_id="x"');
  await expect(signIn(at.fetch, 'pw').send(request)).rejects.toMatchObject({
    failure: { code: 'mailbox.credentials-rejected', vendorCode: 'NoSupportedScheme' },
  });
});

it('reads several challenges out of one header', () => {
  const read = (text: string) => readChallenges({ header: () => text });
  expect(read('Negotiate, NTLM, Basic realm="mail"')).toMatchObject({
    basic: true,
    ntlm: true,
    negotiate: true,
    token: null,
  });
  expect(read('NTLM TlRMTVNTUAACAAAAAAAA')).toMatchObject({ token: 'TlRMTVNTUAACAAAAAAAA', basic: false });
});

/** An NTLM server that signs in sockets, as IIS does, and does not look at the proof. */
async function ntlmServer(accept: boolean) {
  const info = Buffer.concat([Buffer.from('07000800', 'hex'), fileTime(0), Buffer.alloc(4)]);
  const challenge = Buffer.alloc(48);
  Buffer.from('NTLMSSP\0').copy(challenge);
  challenge.writeUInt32LE(2, 8);
  challenge.writeUInt32LE(0xa2898205, 20);
  challenge.writeUInt16LE(info.length, 40);
  challenge.writeUInt32LE(48, 44);
  const token = Buffer.concat([challenge, info]).toString('base64');
  const signedIn = new WeakSet<Socket>();
  const legs: string[] = [];
  const sockets = new Set<Socket>();
  const http = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += String(chunk);
    });
    incoming.on('end', () => {
      sockets.add(incoming.socket);
      const given = /^NTLM (.*)$/.exec(incoming.headers.authorization ?? '')?.[1];
      const kind = given === undefined ? 0 : Buffer.from(given, 'base64').readUInt32LE(8);
      legs.push(`${kind}:${body}`);
      if (kind === 3 && accept) signedIn.add(incoming.socket);
      if (signedIn.has(incoming.socket)) return outgoing.end('ok');
      outgoing.writeHead(401, { 'www-authenticate': kind === 1 ? `NTLM ${token}` : 'NTLM' });
      return outgoing.end('no');
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/EWS/Exchange.asmx`;
  return { url, legs, sockets, close: () => http.closeAllConnections() ?? http.close() };
}

describe('NTLM', () => {
  const start = (password = 'pw') =>
    createSignIn({
      http: createHttp({ fetch: fetchOver(getGlobalDispatcher()), clock }),
      credential: { login: 'CORP\\ann', password },
      clock,
      random,
      askFirst: true,
      makeDispatcher: (connections) => createAgent({ connections }),
    });

  it('rides three legs and all later requests on one socket', async () => {
    const at = await ntlmServer(true);
    const by = start();
    const all = await Promise.all([1, 2, 3].map(() => by.send({ ...request, url: at.url })));
    for (const answer of all) expect(await answer.text()).toBe('ok');
    // The question without a credential, then negotiate with an empty body, the request itself, and the rest unsigned.
    expect(at.legs).toEqual(['0:b', '1:', '3:b', '0:b', '0:b']);
    expect(at.sockets.size).toBe(2);
    await by.close();
    at.close();
  });

  it('signs in anew when the server has closed the socket', async () => {
    const at = await ntlmServer(true);
    const by = start();
    await (await by.send({ ...request, url: at.url })).text();
    for (const socket of at.sockets) socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    const again = await by
      .send({ ...request, url: at.url })
      .catch(() => by.send({ ...request, url: at.url }));
    expect(await again.text()).toBe('ok');
    await by.close();
    at.close();
  });

  it('takes a 401 after the third leg for a refusal, and only that', async () => {
    const at = await ntlmServer(false);
    const by = start('wrong');
    await expect(by.send({ ...request, url: at.url })).rejects.toMatchObject({
      failure: { code: 'mailbox.credentials-rejected' },
    });
    await expect(by.send({ ...request, url: at.url })).rejects.toMatchObject({
      failure: { code: 'mailbox.credentials-rejected' },
    });
    expect(at.legs).toEqual(['0:b', '1:', '3:b']);
    await by.close();
    at.close();
  });
});
