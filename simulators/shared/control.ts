/**
 * The JSON surface by which another process drives a simulator: `/_control/NAME/...`. It is the sandbox's and the
 * tests' own door, with no password, so a simulator is never served to a network one does not own.
 */
import type { FaultRule, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

/** What a simulator lets be controlled. An action takes the parsed JSON body and gives something to be sent as JSON. */
export interface ControlOptions {
  name: string;
  state: () => unknown;
  faults: Faults;
  requests: RequestLog;
  actions: Record<string, (body: Record<string, unknown>) => unknown>;
}

/** Thrown by an action whose request makes no sense; answered 400 with the message. */
export class ControlRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ControlRefusal';
  }
}

/**
 * Answers calls below `/_control/NAME`, undefined for all others:
 * GET `/` state; GET `/requests`, DELETE `/requests`; GET, POST, DELETE `/faults` (DELETE `/faults/ID` for one);
 * POST `/ACTION` for each action.
 */
export function createControl(options: ControlOptions): (request: Request) => Promise<Response | undefined> {
  const prefix = `/_control/${options.name}`;
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== prefix && !pathname.startsWith(`${prefix}/`)) return undefined;
    const [, topic = '', id] = pathname.slice(prefix.length).split('/');
    try {
      const result = await route(options, request, topic, id);
      return result === undefined ? json({ error: 'no such control' }, 404) : json(result, 200);
    } catch (error) {
      return json({ error: error instanceof Error ? error.message : String(error) }, 400);
    }
  };
}

async function route(options: ControlOptions, request: Request, topic: string, id: string | undefined) {
  const { faults, requests } = options;
  const key = `${request.method} ${topic}`;
  switch (key) {
    case 'GET ':
      return options.state();
    case 'GET requests':
      return { counts: requests.counts(), totals: requests.totals(), recent: requests.recent() };
    case 'DELETE requests':
      requests.reset();
      return {};
    case 'GET faults':
      return { faults: faults.list() };
    case 'POST faults':
      return { id: faults.add(asFaultRule(await readBody(request))) };
    case 'DELETE faults':
      if (id === undefined) faults.clear();
      else faults.remove(id);
      return {};
  }
  const action =
    request.method === 'POST' && Object.hasOwn(options.actions, topic) ? options.actions[topic] : undefined;
  return action === undefined ? undefined : ((await action(await readBody(request))) ?? {});
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ControlRefusal('a JSON object is expected');
  }
  return body as Record<string, unknown>;
}

function asFaultRule(body: Record<string, unknown>): FaultRule {
  const effect = body.effect as { kind?: unknown } | undefined;
  if (typeof effect !== 'object' || typeof effect.kind !== 'string') {
    throw new ControlRefusal('a fault needs an effect with a kind');
  }
  return body as unknown as FaultRule;
}

function json(value: unknown, status: number): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}
