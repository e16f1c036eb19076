/** What a Gmail method is made of and given. The methods themselves stand in the files `*-methods.ts`. */
import { refuse } from './errors.ts';
import type { Mailbox, StoredMessage } from './mailbox.ts';
import type { AccessToken } from './tokens.ts';
import type { Account, World } from './world.ts';

/** One call of a method, authorized and charged. */
export interface MethodCall {
  readonly world: World;
  readonly account: Account;
  readonly mailbox: Mailbox;
  readonly token: AccessToken;
  /** Values of the path's `{names}`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A method by its id in the discovery document. An answer of undefined is 204 without a body. */
export interface Method {
  readonly id: string;
  readonly verb: string;
  /** Below `/gmail/v1/users/{userId}`. */
  readonly path: string;
  readonly scopes: readonly string[];
  /** Whether the mail may come by `/upload`. */
  readonly takesMedia?: boolean;
  answer(call: MethodCall): unknown;
}

/** Throws 400 for an id that is no 64-bit number in hex, which Gmail tells apart from one that does not exist. */
export function checkId(id: string): void {
  if (/^[0-9a-f]{1,16}$/i.test(id) && BigInt(`0x${id}`) < 1n << 63n) return;
  throw refuse('invalidArgument', 'Invalid id value');
}

/** The message of the path. Throws 400 for what is no id, 404 for what does not exist. */
export function messageOf(call: MethodCall, id = call.path.id ?? ''): StoredMessage {
  checkId(id);
  const message = call.mailbox.messages.get(id);
  if (message === undefined) throw refuse('notFound');
  return message;
}

/** A whole number of the query, between 1 and `max`. Throws 400. */
export function countOf(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw refuse('invalidArgument', `Invalid value at '${name}'`);
  return value === 0 ? fallback : Math.min(value, max);
}

/** A list of texts of the body; empty when absent. Throws 400. */
export function textsOf(body: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) {
    throw refuse('invalidArgument', `Invalid value at '${name}'`);
  }
  return value as string[];
}

/** Where a page starts in a list of `keys`, by the last key of the page before; overlapping when so ordered. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
  options: {
    token: string | null;
    count: number;
    overlap: number;
    isAfter: (entry: Entry, key: string) => boolean;
  },
): { page: Entry[]; nextPageToken?: string } {
  let start = 0;
  if (options.token !== null) {
    const key = Buffer.from(options.token, 'base64url').toString('utf8');
    if (!key.startsWith('page:')) throw refuse('invalidArgument', 'Invalid pageToken');
    const found = entries.findIndex((entry) => options.isAfter(entry, key.slice(5)));
    start = found < 0 ? entries.length : Math.max(0, found - options.overlap);
    const isStuck = found >= 0 && start + options.count <= found;
    if (isStuck) start = found;
  }
  const page = entries.slice(start, start + options.count);
  const last = page.at(-1);
  if (start + options.count >= entries.length || last === undefined) return { page };
  return { page, nextPageToken: Buffer.from(`page:${keyOf(last)}`).toString('base64url') };
}
