/**
 * The built page and an API of canned answers on one origin, for tests of the page alone. Every answer and every request body is
 * parsed with the shared schemas, so that neither side of a test can drift from the API's words. It has no state of its own: a test
 * sets what is answered next.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { z } from 'zod';
import { heldRecordsSchema, holdsPageSchema, holdViewSchema } from '../../src/api-schema/holds.ts';
import {
  itemExplanationSchema,
  itemNameSchema,
  nearItemsSchema,
  settledItemSchema,
  settleFormSchema,
} from '../../src/api-schema/items.ts';
import {
  deactivateFormSchema,
  deactivationViewSchema,
  pauseFormSchema,
  previewFormSchema,
  previewLineSchema,
  resumeFormSchema,
  startFormSchema,
} from '../../src/api-schema/life.ts';
import {
  activationViewSchema,
  consentFormSchema,
  consentViewSchema,
  mailboxFormSchema,
  mailboxViewSchema,
} from '../../src/api-schema/mailbox.ts';
import {
  explanationViewSchema,
  mailNameSchema,
  recentMailsSchema,
  savedMailViewSchema,
} from '../../src/api-schema/mails.ts';
import { type Problem, problemSchema } from '../../src/api-schema/problem.ts';
import { openLinkFormSchema } from '../../src/api-schema/reconnect.ts';
import {
  createdRecordsSchema,
  earlierFormSchema,
  earlierLineSchema,
  removalLineSchema,
} from '../../src/api-schema/removal.ts';
import { issuesPageSchema, runsPageSchema } from '../../src/api-schema/runs.ts';
import { sessionViewSchema } from '../../src/api-schema/session.ts';
import { endedSessionsSchema, ownSessionsSchema } from '../../src/api-schema/sessions.ts';
import {
  contactViewsSchema,
  settingsLayerSchema,
  settingsViewSchema,
} from '../../src/api-schema/settings.ts';
import { adminRoutes } from './canned-admin-routes.ts';
import { setupRoutes } from './canned-setup-routes.ts';

/**
 * No script, style, picture, font or connection from elsewhere. Fluent UI fills empty style elements through the CSS object model: the
 * hash is that of an empty text, so neither 'unsafe-inline' nor a nonce is needed.
 */
export const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const CSRF_TOKEN = 'canned-token';
/** Of a session in a frame without cookies. */
export const BEARER_TOKEN = 'canned-bearer-token';
/** The last of an answer's lines that leaves it unfinished. */
export const UNFINISHED = 'unfinished';
/** Asked before there is a session. */
const OPEN_LINK = 'POST /api/reconnect';

const settingsChangeSchema = z.object({
  layer: z.enum(['user', 'organization']),
  settings: settingsLayerSchema,
});

/** An answer that takes its time: `lines` is the schema of each of its lines. */
const lines = (line: z.ZodType, body: z.ZodType | null) => ({ status: 200, answer: null, lines: line, body });
const changed = (body: z.ZodType) => ({
  status: 200,
  answer: z.object({ mailbox: mailboxViewSchema }),
  lines: null,
  body,
});

const routes = {
  'GET /api/session': { status: 200, answer: sessionViewSchema, body: null },
  'GET /api/sessions': { status: 200, answer: ownSessionsSchema, body: null },
  'DELETE /api/sessions/:id': { status: 204, answer: null, body: null },
  'POST /api/sessions/end-others': { status: 200, answer: endedSessionsSchema, body: null },
  'POST /api/logout': { status: 204, answer: null, body: null },
  'POST /api/mailbox/exchange': { status: 200, answer: activationViewSchema, body: mailboxFormSchema },
  'POST /api/mailbox/exchange/consent': { status: 200, answer: consentViewSchema, body: consentFormSchema },
  'POST /api/mailbox/office365/consent': { status: 200, answer: consentViewSchema, body: consentFormSchema },
  'POST /api/mailbox/google/consent': { status: 200, answer: consentViewSchema, body: consentFormSchema },
  'POST /api/mailbox/consents/:id/complete': { status: 200, answer: activationViewSchema, body: null },
  'GET /api/mailbox': { status: 200, answer: mailboxViewSchema, body: null },
  'POST /api/mailbox/sync-now': {
    status: 202,
    answer: z.object({ mailbox: mailboxViewSchema }),
    body: null,
  },
  'POST /api/mailbox/preview': lines(previewLineSchema, previewFormSchema),
  'POST /api/mailbox/start': changed(startFormSchema),
  'POST /api/mailbox/pause': changed(pauseFormSchema),
  'POST /api/mailbox/resume': changed(resumeFormSchema),
  'POST /api/mailbox/deactivate': {
    status: 200,
    answer: deactivationViewSchema,
    body: deactivateFormSchema,
  },
  'POST /api/reconnect': { status: 204, answer: null, body: openLinkFormSchema },
  'GET /api/mails/recent': { status: 200, answer: recentMailsSchema, body: null },
  'POST /api/mails/explain': { status: 200, answer: explanationViewSchema, body: mailNameSchema },
  'POST /api/mails/save': { status: 200, answer: savedMailViewSchema, body: mailNameSchema },
  'GET /api/items/near': { status: 200, answer: nearItemsSchema, body: null },
  'POST /api/items/explain': { status: 200, answer: itemExplanationSchema, body: itemNameSchema },
  'POST /api/items/settle': { status: 200, answer: settledItemSchema, body: settleFormSchema },
  'GET /api/runs/:id/records': { status: 200, answer: createdRecordsSchema, body: null },
  'POST /api/runs/:id/undo': lines(removalLineSchema, null),
  'POST /api/settings/earlier': lines(earlierLineSchema, earlierFormSchema),
  'POST /api/settings/earlier/apply': lines(removalLineSchema, earlierFormSchema),
  'GET /api/issues': { status: 200, answer: issuesPageSchema, body: null },
  'POST /api/issues/:id/retry': { status: 202, answer: null, body: null },
  'GET /api/holds': { status: 200, answer: holdsPageSchema, body: null },
  'GET /api/holds/:id': { status: 200, answer: heldRecordsSchema, body: null },
  'POST /api/holds/:id/release': { status: 200, answer: holdViewSchema, body: null },
  'POST /api/holds/:id/drop': { status: 200, answer: holdViewSchema, body: null },
  'GET /api/runs': { status: 200, answer: runsPageSchema, body: null },
  'GET /api/settings': { status: 200, answer: settingsViewSchema, body: null },
  'GET /api/contact-views': { status: 200, answer: contactViewsSchema, body: null },
  'PUT /api/settings': { status: 200, answer: settingsViewSchema, body: settingsChangeSchema },
  ...adminRoutes,
  ...setupRoutes,
} satisfies Record<string, CannedRoute>;

interface CannedRoute {
  readonly status: number;
  readonly answer: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly lines?: z.ZodType | null;
}

export type Route = keyof typeof routes;

/**
 * What is answered: a body, a list of lines where the answer has lines (a last `UNFINISHED` leaves it so), a problem (known by its `title` and
 * `code`), or a function that makes either when asked.
 */
export type Canned = unknown | ((request: CannedRequest) => unknown | Promise<unknown>);

export interface CannedRequest {
  readonly route: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface CannedApi {
  readonly origin: string;
  /** Answers by route, to be changed at any time; a route without an answer is a 404 problem. */
  readonly answers: Map<Route, Canned>;
  /** What was asked so far, in order. */
  readonly requests: CannedRequest[];
  close(): Promise<void>;
}

/** A problem as the API words it. */
export function problem(status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem {
  return problemSchema.parse({ type: 'about:blank', title: 'Refused', status, code, detail, ...more });
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves the pages in `folder` and the canned answers on a free port of the loopback. */
export async function startCannedApi(folder: string): Promise<CannedApi> {
  const answers = new Map<Route, Canned>();
  const requests: CannedRequest[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://canned');
    const isApi = url.pathname.startsWith('/api/') || url.pathname.startsWith('/login/');
    const done = isApi
      ? answerApi(request, response, url, answers, requests)
      : answerFile(folder, url, response);
    done.catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** As the server has it: the console's addresses are its own. */
function documentOf(path: string): string | null {
  if (path === '/') return 'index.html';
  return /^\/admin(\/|$)/.test(path) ? 'admin.html' : null;
}

async function answerFile(folder: string, url: URL, response: ServerResponse): Promise<void> {
  const path = documentOf(url.pathname) ?? normalize(url.pathname).replace(/^\/+/, '');
  try {
    const bytes = await readFile(join(folder, path));
    response
      .writeHead(200, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': STRICT_POLICY,
        // Built files are named by their content.
        ...(path.startsWith('assets/') ? { 'cache-control': 'max-age=3600, immutable' } : {}),
      })
      .end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/** Admins' routes have UUIDs, whatever else is below them. */
function withoutIds(path: string): string {
  return path
    .replace(
      /^(\/api\/issues|\/api\/mailbox\/consents|\/api\/runs)\/[^/]+\/(?=retry$|complete$|records$|undo$)/,
      '$1/:id/',
    )
    .replace(
      /(?<=^\/api\/(?:admin\/.*|holds|sessions)\/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\/|$)/g,
      ':id',
    );
}

async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  answers: ReadonlyMap<Route, Canned>,
  requests: CannedRequest[],
): Promise<void> {
  const route = `${request.method} ${withoutIds(url.pathname)}`;
  const text = await readText(request);
  const isFile = request.headers['content-type'] === 'text/csv';
  const body: unknown = isFile ? text : text === '' ? null : JSON.parse(text);
  const asked = { route, query: url.searchParams, body };
  requests.push(asked);
  const known: CannedRoute | null = Object.hasOwn(routes, route) ? routes[route as Route] : null;
  if (known === null) {
    // Such as the way to Salesforce: the test looks at what was asked.
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Salesforce</title>');
    return;
  }
  known.body?.parse(asked.body);
  const isProven = route === OPEN_LINK || request.headers['x-csrf-token'] === CSRF_TOKEN;
  const bearer = request.headers.authorization;
  if (bearer !== undefined && (bearer !== `Bearer ${BEARER_TOKEN}` || request.headers.cookie !== undefined)) {
    send(response, problem(401, 'api.not-signed-in', 'This token is none.'));
    return;
  }
  if (request.method !== 'GET' && bearer === undefined && !isProven) {
    send(response, problem(403, 'api.not-allowed', 'The token is missing.'));
    return;
  }
  const canned = answers.get(route as Route);
  const value = typeof canned === 'function' ? await canned(asked) : canned;
  if (value === 'no connection') response.destroy();
  else if (isProblem(value)) send(response, value);
  else if (known.lines != null) sendLines(response, known.lines, value);
  else if (known.answer === null) response.writeHead(known.status).end();
  else if (value === undefined) send(response, problem(404, 'api.not-found', 'There is none.'));
  else {
    response.writeHead(known.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known.answer.parse(value)));
  }
}

function send(response: ServerResponse, value: Problem): void {
  const headers = { 'content-type': 'application/problem+json' };
  response.writeHead(value.status, headers).end(JSON.stringify(problemSchema.parse(value)));
}

function sendLines(response: ServerResponse, schema: z.ZodType, value: unknown): void {
  if (!Array.isArray(value)) {
    send(response, problem(404, 'api.not-found', 'There is none.'));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const isUnfinished = value.at(-1) === UNFINISHED;
  for (const line of isUnfinished ? value.slice(0, -1) : value) {
    response.write(`${JSON.stringify(schema.parse(line))}\n`);
  }
  if (!isUnfinished) response.end();
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && 'code' in value;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
