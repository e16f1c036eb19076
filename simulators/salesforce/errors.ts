/**
 * The two ways in which Salesforce refuses: a whole call (`ApiError`) and a single record (`RecordError`), and which
 * HTTP status goes with which code. It gives them their form; who refuses and why is elsewhere.
 */

/** A JSON value as it came over the wire. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A JSON object as it came over the wire. */
export type JsonObject = { [key: string]: Json };

/** One record is refused: StatusCode, text, the fields at fault, and what a duplicate rule adds. */
export class RecordError extends Error {
  readonly code: string;
  readonly fields: readonly string[];
  readonly extra: JsonObject;

  constructor(code: string, message: string, fields: readonly string[] = [], extra: JsonObject = {}) {
    super(message);
    this.name = 'RecordError';
    this.code = code;
    this.fields = fields;
    this.extra = extra;
  }
}

/** A call is refused as a whole: `[{ message, errorCode }]` with an HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  ENTITY_IS_DELETED: 404,
  NOT_FOUND: 404,
  INSUFFICIENT_ACCESS: 403,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 403,
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 403,
  REQUEST_LIMIT_EXCEEDED: 403,
  API_DISABLED_FOR_ORG: 403,
  INVALID_SESSION_ID: 401,
  SERVER_UNAVAILABLE: 503,
  UNKNOWN_EXCEPTION: 500,
};

/** The HTTP status a refusal of one record is sent with when the record was alone in its call. */
export function statusOfCode(code: string): number {
  return STATUS[code] ?? 400;
}

/** The body of a refused call about one record. */
export function toErrorBody(error: RecordError | ApiError): Json {
  const entry: JsonObject = { message: error.message, errorCode: error.code };
  if (error instanceof RecordError) {
    if (error.code === 'DUPLICATES_DETECTED') return [{ ...entry, ...error.extra }];
    return [{ ...entry, fields: [...error.fields] }];
  }
  return [entry];
}

/** The entry of a refused record in a SaveResult. */
export function toSaveError(error: RecordError): JsonObject {
  return { statusCode: error.code, message: error.message, fields: [...error.fields], ...error.extra };
}

/** The refusal of a path that leads nowhere. */
export function notFound(message = 'The requested resource does not exist'): ApiError {
  return new ApiError(404, 'NOT_FOUND', message);
}

/** The refusal of a body whose value does not have the field's type; it refuses the whole body, as the parser does. */
export function cannotDeserialize(type: string, value: Json): ApiError {
  const kind =
    typeof value === 'string'
      ? 'VALUE_STRING'
      : typeof value === 'number'
        ? 'VALUE_NUMBER'
        : typeof value === 'boolean'
          ? 'VALUE_BOOLEAN'
          : Array.isArray(value)
            ? 'START_ARRAY'
            : 'START_OBJECT';
  return new ApiError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from ${kind} value ${typeof value === 'object' ? '' : String(value)} or request may be missing a required field at [line:1, column:2]`,
  );
}

/** Whether a JSON value is an object (not a list, not null). */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
