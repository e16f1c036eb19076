/**
 * One REST call below `/services/data/vXX.0`, parsed: what the resources take and give, so that a composite can make
 * the same calls as the wire. HTTP itself is in `router.ts`.
 */
import type { Actor } from './actor.ts';
import { ApiError, isJsonObject, type Json, type JsonObject } from './errors.ts';

/** A parsed call. `path` is what follows the version, cut at slashes and decoded. */
export interface Call {
  readonly actor: Actor;
  readonly method: string;
  readonly path: readonly string[];
  readonly search: URLSearchParams;
  readonly header: (name: string) => string | null;
  readonly body: Json | undefined;
  /** Binary parts of a multipart body, by part name. */
  readonly parts: ReadonlyMap<string, BinaryPart>;
}

/** A binary part of a multipart body. */
export interface BinaryPart {
  readonly bytes: Uint8Array;
  readonly fileName: string;
}

/** The answer of a resource: JSON unless it is bytes; null for no body. */
export interface Answer {
  readonly status: number;
  readonly body: Json | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with a JSON body. */
export function answer(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, headers };
}

/** The body as an object. Fails with JSON_PARSER_ERROR. */
export function requireObject(call: Pick<Call, 'body'>): JsonObject {
  if (isJsonObject(call.body)) return call.body;
  throw new ApiError(
    400,
    'JSON_PARSER_ERROR',
    'The HTTP entity body is required, but this request has no entity body.',
  );
}

/** Refuses a method a resource does not have. */
export function methodNotAllowed(call: Pick<Call, 'method'>): ApiError {
  return new ApiError(
    405,
    'METHOD_NOT_ALLOWED',
    `HTTP Method '${call.method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE`,
  );
}
