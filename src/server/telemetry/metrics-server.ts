/**
 * Where metrics and health are looked at from inside: an address and port of their own, plain http, never the public one. Besides `/metrics` it answers
 * `/health` and `/ready`, for workers that serve no pages.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Vitals } from '../vitals.ts';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly registry: Registry;
  /** Reads what the database knows into the registry. Never rejects. */
  readonly refresh: () => Promise<void>;
  readonly vitals: Vitals;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens until closed. Rejects when the port is taken. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'GET') return end(response, 405, 'only GET\n');
    answer(options, path ?? '').then(
      ([status, text, type]) => end(response, status, text, type),
      () => end(response, 500, 'fault\n'),
    );
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { registry, refresh, vitals }: MetricsServerOptions,
  path: string,
): Promise<readonly [number, string, string?]> {
  if (path === '/metrics') {
    await refresh();
    return [200, await registry.metrics(), registry.contentType];
  }
  if (path === '/health') return vitals.isLive() ? [200, 'ok\n'] : [503, 'stuck\n'];
  if (path === '/ready') {
    const state = await vitals.readiness();
    return [state === 'ok' ? 200 : 503, `${state}\n`];
  }
  return [404, 'nothing here\n'];
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
