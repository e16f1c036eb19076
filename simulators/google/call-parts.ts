/**
 * What answering a call takes in every one of Google's APIs: its token, its JSON, and what a fault makes of it. Paths,
 * methods and who may call them are elsewhere.
 */
import type { FaultEffect, StandingFault } from '../shared/faults.ts';
import { type ApiError, refuse } from './errors.ts';
import { type AccessToken, findAccessToken } from './tokens.ts';
import type { World } from './world.ts';

/** The answer a fault gives instead of the service's; undefined for faults that let the call happen. */
export function strike(
  world: World,
  { effect }: StandingFault,
  refuseBy: typeof refuse,
): Response | undefined {
  switch (effect.kind) {
    case 'service':
      throw refuseBy(effect.code, effect.message);
    case 'throttle':
      throw throttled(world, effect);
    case 'http':
      if (effect.body === 'service' || effect.body === 'json') {
        throw refuse(effect.status >= 500 ? 'backendError' : 'invalidArgument', undefined, {
          code: effect.status,
          headers: { ...effect.headers },
        });
      }
      return new Response(effect.body === 'empty' ? '' : `<html><h1>${effect.status}</h1></html>`, {
        status: effect.status,
        headers: { 'content-type': 'text/html; charset=UTF-8', ...effect.headers },
      });
    case 'garbage':
      return new Response('<<not json', { headers: { 'content-type': 'application/json; charset=UTF-8' } });
    default:
      return undefined;
  }
}

function throttled(world: World, effect: Extract<FaultEffect, { kind: 'throttle' }>): ApiError {
  if (effect.form === 'http') {
    return refuse('tooManyRequests', undefined, {
      headers: { 'retry-after': String(Math.ceil(effect.backOffMs / 1000)) },
    });
  }
  const until = new Date(world.now() + effect.backOffMs).toISOString();
  return refuse('userRateLimitExceeded', `User-rate limit exceeded.  Retry after ${until}`, {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
  });
}

/** The token of a call; one whose text is empty stands for none given. */
export function findToken(world: World, request: Request): AccessToken | undefined {
  const header = request.headers.get('authorization');
  const text =
    /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? new URL(request.url).searchParams.get('access_token');
  if (text !== null) return findAccessToken(world.tokens, text, world.now());
  return { token: '', account: undefined, clientId: '', scopes: [], refreshToken: undefined, expiresAt: 0 };
}

/** Whether every percent sign of a path stands for a byte of UTF-8. */
export function isEscaped(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** A JSON object as it was sent; an empty body is an empty object. Throws 400. */
export function readJson(bytes: Buffer): Record<string, unknown> {
  if (bytes.byteLength === 0) return {};
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Falls to the refusal below.
  }
  throw refuse('invalidArgument', 'Invalid JSON payload received.');
}
