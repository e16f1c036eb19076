/**
 * The brake on everything that has no brake of its own: so many requests a minute under one session or token, and so many from one address whatever it
 * shows, since tokens can be invented. Counts are per process and in memory; the proxy in front counts for all of them.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ApiApp, RouteLimit } from './app.ts';
import { apiProblem } from './problems.ts';
import { sessionCookieName } from './session.ts';

export interface ReadLimits {
  /** Under one session or service token; of who shows none, from his address. */
  readonly readLimit: RouteLimit;
  /** From one address in all. An office behind one address is many people. */
  readonly addressLimit: RouteLimit;
}

/** To be called after the plugin of limits is registered and before any route is added. */
export function addReadLimits(app: ApiApp, { readLimit, addressLimit }: ReadLimits, secure: boolean): void {
  const limitOf = (limit: RouteLimit, keyGenerator: (request: FastifyRequest) => string) => ({
    ...limit.rateLimit,
    keyGenerator,
  });
  const perHolder = app.createRateLimit(
    limitOf(readLimit, (request) => `holder ${holderOf(request, secure)}`),
  );
  const perAddress = app.createRateLimit(limitOf(addressLimit, (request) => `address ${request.ip}`));
  app.addHook('onRequest', async (request) => {
    const { url = '', config } = request.routeOptions;
    if (!url.startsWith('/api/')) return;
    const counted = config.rateLimit === undefined ? [perAddress, perHolder] : [perAddress];
    for (const count of counted) {
      const limit = await count(request);
      if (!limit.isAllowed && limit.isExceeded)
        throw apiProblem('api.too-soon', { retryAfterSeconds: limit.ttlInSeconds });
    }
  });
}

/** A print of what is shown, so that no token lies in one more place. */
function holderOf(request: FastifyRequest, secure: boolean): string {
  const shown = request.headers.authorization ?? request.cookies[sessionCookieName(secure)];
  if (shown === undefined || shown === '') return request.ip;
  return createHash('sha256').update(shown).digest('base64url');
}
