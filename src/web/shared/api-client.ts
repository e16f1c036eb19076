/**
 * The one place that calls the API: same origin, cookie session, JSON both ways. It words nothing and caches nothing. Answers are
 * typed by the shared schemas but not parsed with them: zod alone would add 26 KB of compressed script to the first load.
 */
import type { Problem } from '../../api-schema/problem.ts';
import { ApiProblem, unreachableProblem, unreadableProblem } from './api-problem.ts';

const READ_TIMEOUT_MS = 30_000;
/** Activation waits for Autodiscover and for every check. */
const CHANGE_TIMEOUT_MS = 180_000;

/** Reads a resource. Rejects with `ApiProblem` and nothing else. */
export function readJson<Answer>(path: string): Promise<Answer> {
  return request<Answer>(path, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
}

/** Asks for a change. Rejects with `ApiProblem` and nothing else; an empty answer resolves to null. */
export function sendJson<Answer>(
  method: 'POST' | 'PUT',
  path: string,
  csrfToken: string,
  body?: unknown,
): Promise<Answer> {
  const headers: Record<string, string> = { 'x-csrf-token': csrfToken };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return request<Answer>(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
}

async function request<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await reach(path, init);
  const body = await readBody(response);
  if (response.ok) return body as Answer;
  throw new ApiProblem(isProblem(body) ? body : unreadableProblem(response.status));
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init });
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

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
