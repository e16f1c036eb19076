/**
 * A proxy on a real socket between the product and a server, by which the network itself is spoiled: cut off, silent for ever though open, or so slow that
 * an answer never comes to its end.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `cut`: nobody is there. `silent`: connections are taken and nothing is ever answered. `drip`: an answer comes by single bytes. */
export type ProxyMode = 'open' | 'cut' | 'silent' | 'drip';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections taken so far. */
  readonly taken: () => number;
  /** Standing connections are cut by `cut`, and left as they are, without any further answer, by the others. */
  become(mode: ProxyMode): void;
}

const DRIP_EVERY_MS = 100;

/** Listens on a free port of 127.0.0.1. */
export async function openTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  let mode: ProxyMode = 'open';
  let taken = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    taken += 1;
    near.on('error', () => undefined);
    if (mode === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (chunk) => {
      if (mode !== 'silent') far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (mode === 'open') near.write(chunk);
      else if (mode === 'drip') drip(near, chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    become(next) {
      mode = next;
      if (next === 'cut') cutAll();
    },
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Byte by byte, for as long as anybody listens. */
function drip(socket: Socket, chunk: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= chunk.length) clearInterval(timer);
    else socket.write(chunk.subarray(at, at + 1));
    at += 1;
  }, DRIP_EVERY_MS);
  socket.on('close', () => clearInterval(timer));
}
