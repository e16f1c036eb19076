/**
 * Puts a simulator on a TCP port, over http or https, with what `Request` and `Response` hide: which connection a call
 * came over, and a connection that breaks. It knows nothing of any service.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DroppedConnection, type Handler } from './connection.ts';

const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Where to listen. `port` 0 takes any free one; `tls` makes it https (PEM texts); `latencyMs` is asked before each answer, which then waits so long. */
export interface ServeOptions {
  port?: number;
  host?: string;
  tls?: { key: string; cert: string };
  latencyMs?: () => number;
}

/** A listening simulator. `close` ends every socket at once and resolves when the port is free. */
export interface Served {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `handler` until closed. Fails as `listen` fails (EADDRINUSE, EACCES). */
export async function serve(handler: Handler, options: ServeOptions = {}): Promise<Served> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new Set<Socket>();
  const secure = options.tls !== undefined;
  const { latencyMs } = options;
  const late: Handler =
    latencyMs === undefined
      ? handler
      : async (request, context) => {
          const [response] = await Promise.all([handler(request, context), sleep(latencyMs())]);
          return response;
        };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void answer(late, incoming, outgoing, secure);
  };
  const server: Server =
    options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  server.keepAliveTimeout = 60_000;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  server.on('connection', track);
  server.on('secureConnection', track);
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    origin: `${secure ? 'https' : 'http'}://${shownHost}:${port}`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  secure: boolean,
) {
  try {
    const request = await toRequest(incoming, secure);
    const response = await handler(request, { connection: incoming.socket, secure });
    if (response.headers.get('transfer-encoding') === 'chunked') return await stream(response, outgoing);
    const body = Buffer.from(await response.arrayBuffer());
    if (outgoing.destroyed) return;
    outgoing.writeHead(response.status, toHeaderList(response.headers, body.byteLength));
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  } catch (error) {
    if (error instanceof DroppedConnection || outgoing.headersSent || incoming.destroyed) {
      incoming.socket.destroy();
      return;
    }
    console.error('simulator failed:', error);
    outgoing.writeHead(500, { 'content-type': 'text/plain' });
    outgoing.end('the simulator itself failed\n');
  }
}

/** Sends an answer piece by piece, for as long as somebody takes it. */
async function stream(response: Response, outgoing: ServerResponse) {
  const list = [...response.headers].filter(([name]) => name !== 'transfer-encoding').flat();
  outgoing.writeHead(response.status, list);
  outgoing.flushHeaders();
  const reader = response.body?.getReader();
  outgoing.once('close', () => void reader?.cancel().catch(() => undefined));
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    if (!outgoing.write(part.value) && !outgoing.destroyed)
      await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
  }
  outgoing.end();
}

async function toRequest(incoming: IncomingMessage, secure: boolean): Promise<Request> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) throw new DroppedConnection();
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  const method = incoming.method ?? 'GET';
  const url = new URL(
    incoming.url ?? '/',
    `${secure ? 'https' : 'http'}://${headers.get('host') ?? 'localhost'}`,
  );
  const hasBody = method !== 'GET' && method !== 'HEAD' && bytes > 0;
  return new Request(url, hasBody ? { method, headers, body: Buffer.concat(chunks) } : { method, headers });
}

/** Several challenges are sent as several lines, as IIS does: clients differ in how they read them joined. */
function toHeaderList(headers: Headers, bytes: number): string[] {
  const list: string[] = [];
  for (const [name, value] of headers) {
    if (name === 'content-length') continue;
    if (name === 'www-authenticate') {
      for (const challenge of value.split(/,\s*(?=(?:Negotiate|NTLM|Basic|Bearer)\b)/)) {
        list.push('WWW-Authenticate', challenge);
      }
    } else {
      list.push(name, value);
    }
  }
  list.push('content-length', String(bytes));
  return list;
}
