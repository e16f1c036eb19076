/**
 * The one place that calls the API: same origin, JSON both ways, the session by its cookie or, in frames without cookies, by its bearer token. It
 * words nothing and caches nothing. Answers are typed by the shared schemas but not parsed with them: zod alone would add 26 KB of compressed
 * script to the first load.
 */
import type { Problem } from '../../api-schema/problem.ts';
import { ApiProblem, unreachableProblem, unreadableProblem } from './api-problem.ts';
import { isAttended } from './last-act.ts';
import { sessionToken } from './session-token.ts';

const READ_TIMEOUT_MS = 30_000;
/** Activation waits for Autodiscover and for every check. */
const CHANGE_TIMEOUT_MS = 180_000;

type Change = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Reads a resource. Rejects with `ApiProblem` and nothing else. */
export function readJson<Answer>(path: string): Promise<Answer> {
  const headers = { ...authorization(), ...(isAttended() ? {} : { 'x-lockstep-unattended': '1' }) };
  return request<Answer>(path, { headers, signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
}

/** Asks for a change. Rejects with `ApiProblem` and nothing else; an empty answer resolves to null. */
export function sendJson<Answer>(
  method: Change,
  path: string,
  csrfToken: string | null,
  body?: unknown,
): Promise<Answer> {
  return request<Answer>(path, {
    ...changeOf(method, csrfToken, body),
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
}

/** Asks for something that takes its time; the answer is still to be read. Rejects with `ApiProblem`, also when refused. */
export async function openStream(
  path: string,
  csrfToken: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Response> {
  const response = await reach(path, { ...changeOf('POST', csrfToken, body), signal });
  if (response.ok) return response;
  throw refusalOf(await readBody(response), response.status);
}

/** A bearer token proves by itself that this page asks; a cookie needs the CSRF token beside it. */
function changeOf(method: Change, csrfToken: string | null, body: unknown): RequestInit {
  const headers: Record<string, string> = authorization();
  if (sessionToken() === null && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  if (body === undefined) return { method, headers, body: null };
  // A file goes as it is, without being read into memory.
  const isFile = body instanceof Blob;
  headers['content-type'] = isFile ? body.type : 'application/json';
  return { method, headers, body: isFile ? body : JSON.stringify(body) };
}

function authorization(): Record<string, string> {
  const token = sessionToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

async function request<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await reach(path, init);
  const body = await readBody(response);
  if (response.ok) return body as Answer;
  throw refusalOf(body, response.status);
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  const credentials = sessionToken() === null ? 'same-origin' : 'omit';
  try {
    return await fetch(path, { credentials, cache: 'no-store', ...init });
  } catch {
    throw new ApiProblem(unreachableProblem);
  }
}

async function readBody(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    throw new ApiProblem(unreachableProblem);
  }
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiProblem(unreadableProblem(response.status));
  }
}

function refusalOf(body: unknown, status: number): ApiProblem {
  return new ApiProblem(isProblem(body) ? body : unreadableProblem(status));
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
