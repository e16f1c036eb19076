import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchOver } from './fetch-over.ts';
import type { FetchInit } from './http.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent();
  cleanups.push(
    () => agent.destroy(),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const init = (more: Partial<FetchInit> = {}): FetchInit => ({
    method: 'GET',
    headers: {},
    signal: new AbortController().signal,
    redirect: 'manual',
    ...more,
  });
  const fetch = fetchOver(agent);
  return (more?: Partial<FetchInit>) => fetch(url, init(more));
}

async function textOf({ body }: Awaited<ReturnType<ReturnType<typeof fetchOver>>>): Promise<string> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) return Buffer.concat(chunks).toString();
    chunks.push(part.value);
  }
}

describe('requests over the network', () => {
  it.each([
    { encoding: 'gzip', encoded: gzipSync('Grüße') },
    { encoding: 'deflate', encoded: deflateSync('Grüße') },
    { encoding: 'br', encoded: brotliCompressSync('Grüße') },
    { encoding: 'identity', encoded: Buffer.from('Grüße') },
    { encoding: 'deflate, GZIP', encoded: gzipSync(deflateSync('Grüße')) },
  ])('undo the encoding $encoding', async ({ encoding, encoded }) => {
    const send = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(encoded),
    );
    expect(await textOf(await send())).toBe('Grüße');
  });

  it.each([
    { name: 'gzip', encode: gzipSync },
    { name: 'deflate', encode: deflateSync },
    { name: 'br', encode: brotliCompressSync },
  ])('undo $name of a body that is large even encoded, piece by piece', async ({ name, encode }) => {
    const plain = randomBytes(300_000);
    const send = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': name }).end(encode(plain)),
    );
    const reader = (await send()).body?.getReader();
    const chunks: Uint8Array[] = [];
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read())
      chunks.push(part.value);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(plain)).toBe(true);
  });

  it.each([10_000, 300_000])('fail where an encoded body of %d bytes ends too early', async (length) => {
    const whole = gzipSync(randomBytes(length));
    const send = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, whole.length - 12)),
    );
    await expect(textOf(await send())).rejects.toThrow();
  });

  it('refuse a small body that would be enormous', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const send = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(bomb));
    });
    await expect(textOf(await send())).rejects.toMatchObject({ kind: 'too-large' });
  });

  it('follow no redirect, and give a header that came twice as one list', async () => {
    const send = await serve((_, response) =>
      response.writeHead(302, { location: '/elsewhere', 'www-authenticate': ['NTLM', 'Negotiate'] }).end(),
    );
    const answer = await send();
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, '/elsewhere']);
    expect(answer.headers.get('WWW-Authenticate')).toBe('NTLM, Negotiate');
    expect(answer.headers.get('x-none')).toBeNull();
    expect(await textOf(answer)).toBe('');
  });

  it('wait for no body where there is none, whatever the headers say', async () => {
    const send = await serve((request, response) =>
      response.writeHead(request.method === 'HEAD' ? 200 : 204, { 'content-encoding': 'gzip' }).end(),
    );
    expect(await textOf(await send({ method: 'HEAD' }))).toBe('');
    expect(await textOf(await send())).toBe('');
  });

  it('end with the reason of their signal, before the answer and in its middle', async () => {
    const reason = new Error('stopped');
    const silent = await serve(() => undefined);
    const early = new AbortController();
    const waiting = silent({ signal: early.signal });
    early.abort(reason);
    await expect(waiting).rejects.toBe(reason);

    const endless = await serve((_, response) => void response.writeHead(200).write('begun'));
    const late = new AbortController();
    const { body } = await endless({ signal: late.signal });
    const reader = body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('begun');
    late.abort(reason);
    await expect(reader?.read()).rejects.toBe(reason);
  });

  it('close the connection of a body that nobody wants', async () => {
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const send = await serve((request, response) => {
      request.socket.on('close', closed);
      response.writeHead(200).write('begun');
    });
    const { body } = await send();
    await body?.getReader().cancel();
    await isClosed;
  });

  it('send what they are given, and say which encodings they undo', async () => {
    const send = await serve(async (request, response) => {
      const chunks = await request.toArray();
      const { 'user-agent': agent, 'accept-encoding': encodings, accept } = request.headers;
      response.end(
        JSON.stringify([request.method, agent, accept, encodings, Buffer.concat(chunks).toString()]),
      );
    });
    const headers = { 'user-agent': 'Lockstep', accept: 'text/xml' };
    const answer = await send({ method: 'POST', body: 'Grüße', headers });
    expect(JSON.parse(await textOf(answer))).toEqual([
      'POST',
      'Lockstep',
      'text/xml',
      'gzip, deflate, br',
      'Grüße',
    ]);
  });
});
