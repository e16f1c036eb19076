/**
 * Runs one Graph call, from HTTP or out of a batch, under everything that may stop it: faults, a standing throttle, calls at
 * once, calls in ten minutes. Refusals come back as answers.
 * https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
 */
import { randomUUID } from 'node:crypto';
import { DroppedConnection } from '../shared/connection.ts';
import type { FaultEffect } from '../shared/faults.ts';
import { findUser } from './directory.ts';
import { GraphError, throttled } from './errors.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { type FoundRoute, findRoute } from './graph-routes.ts';
import type { World } from './world.ts';

const WINDOW_MS = 10 * 60_000;

/** An answer with what the request log wants to know. */
export interface RunAnswer extends GraphAnswer {
  operation: string;
  user: string | undefined;
  code: string | undefined;
}

/** Runs a call to its answer. Rejects only with DroppedConnection. */
export async function runCall(call: GraphCall): Promise<RunAnswer> {
  let operation = 'unknown';
  let user: string | undefined;
  try {
    const route = findRoute(call.method, call.path);
    operation = route.operation;
    user = chargedTo(call, route);
    const given = await runUnderLimits(call, route, user);
    return { ...given, operation, user, code: undefined };
  } catch (error) {
    if (error instanceof DroppedConnection) throw error;
    const refusal = error instanceof GraphError ? error : undefined;
    if (refusal === undefined && !(error instanceof URIError)) throw error;
    const shown = refusal ?? new GraphError('BadRequest');
    return { ...refuse(call.world, shown, call.headers), operation, user, code: shown.code };
  }
}

/** The mailbox whose limits a call counts against. */
function chargedTo(call: GraphCall, route: FoundRoute): string | undefined {
  if (route.subject === undefined) return call.token.user?.mail;
  if (route.subject === 'me') return call.token.user?.mail;
  return findUser([call.token.tenant], route.subject)?.mail;
}

async function runUnderLimits(
  call: GraphCall,
  route: FoundRoute,
  user: string | undefined,
): Promise<GraphAnswer> {
  const { world, token } = call;
  if (user === undefined) return runStruck(call, route, user);
  const key = `${token.app.clientId} ${user.toLowerCase()}`;
  const running = (world.inFlight.get(key) ?? 0) + 1;
  world.inFlight.set(key, running);
  try {
    if (running > world.settings.concurrencyMax) throw throttled('ApplicationThrottled', 1000);
    checkStanding(world, user);
    checkWindow(world, key);
    return await runStruck(call, route, user);
  } finally {
    world.inFlight.set(key, (world.inFlight.get(key) ?? 1) - 1);
  }
}

async function runStruck(call: GraphCall, route: FoundRoute, user: string | undefined): Promise<GraphAnswer> {
  const { world } = call;
  const fault = world.faults.strike({ operation: route.operation, user });
  if (fault?.delayMs !== undefined && fault.delayMs > 0) await world.wait(fault.delayMs);
  const instead = fault === undefined ? undefined : strikeWith(fault.effect);
  if (instead !== undefined) return instead;
  const given = await route.run(call);
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return given;
}

/** What a fault answers instead of the call; undefined when the call goes on. Throws what Graph would refuse with. */
export function strikeWith(effect: FaultEffect): GraphAnswer | undefined {
  switch (effect.kind) {
    case 'drop':
      throw new DroppedConnection();
    case 'service':
      throw new GraphError(effect.code, effect.message);
    case 'throttle':
      throw throttled('TooManyRequests', effect.backOffMs);
    case 'garbage':
      return { status: 200, content: { type: 'application/json', bytes: Buffer.from('{"value":[{"id":') } };
    case 'http':
      return httpFault(effect);
    default:
      return undefined;
  }
}

function httpFault(effect: Extract<FaultEffect, { kind: 'http' }>): GraphAnswer {
  const { status, headers = {} } = effect;
  const code = status === 503 ? 'serviceNotAvailable' : status === 504 ? 'UnknownError' : 'generalException';
  switch (effect.body ?? 'service') {
    case 'service':
      throw new GraphError(code, undefined, status, headers);
    case 'json':
      return { status, headers, body: {} };
    case 'empty':
      return { status, headers };
    default: {
      const bytes = Buffer.from(`<html><body><h1>${status}</h1></body></html>`);
      return { status, headers, content: { type: 'text/html', bytes } };
    }
  }
}

function checkStanding(world: World, user: string): void {
  const throttling = world.throttling.get(user.toLowerCase());
  const backOffMs = (throttling?.until ?? 0) - world.now();
  if (throttling === undefined || backOffMs <= 0) return;
  throttling.callsMeanwhile += 1;
  throw throttled(throttling.code, backOffMs);
}

function checkWindow(world: World, key: string): void {
  const at = world.now();
  const known = world.windows.get(key);
  const window = known === undefined || at - known.startAt >= WINDOW_MS ? { startAt: at, calls: 0 } : known;
  window.calls += 1;
  world.windows.set(key, window);
  if (window.calls > world.settings.callsPerWindowMax) {
    throw throttled(
      'ApplicationThrottled',
      window.startAt + WINDOW_MS - at,
      'Application is over its request limit.',
    );
  }
}

/** A refusal in Graph's error body. */
export function refuse(world: World, error: GraphError, headers: Headers): GraphAnswer {
  const requestId = randomUUID();
  const innerError = {
    date: new Date(world.now()).toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': headers.get('client-request-id') ?? requestId,
  };
  return {
    status: error.status,
    headers: error.headers,
    body: { error: { code: error.code, message: error.message, innerError } },
  };
}
