/**
 * The query options that all lists share (`$select`, `$top`, `$skip`, `$count`) and the date filter of delta queries.
 * `$filter` in general is in odata-filter.ts, `$search` and `$orderby` of messages in message-list.ts.
 */
import { badRequest } from './errors.ts';
import { contextOf, type GraphAnswer, type GraphCall } from './graph-call.ts';
import type { Message } from './mailbox.ts';

/** Names after `$select`; undefined when everything is wanted. */
export function readSelect(query: URLSearchParams): ReadonlySet<string> | undefined {
  const value = query.get('$select');
  if (value === null || value === '') return undefined;
  return new Set(value.split(',').map((name) => name.trim()));
}

/** A whole number option between 0 (or 1) and `max`. */
export function readCount(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const value = query.get(name);
  if (value === null) return fallback;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0 || value.trim() === '') {
    throw badRequest(`Invalid value '${value}' for ${name} query option found.`);
  }
  return Math.min(count, max);
}

/** One page of `things` with the link to the next. */
export async function listPage<Thing>(
  call: GraphCall,
  context: string,
  things: readonly Thing[],
  show: (thing: Thing) => Promise<Record<string, unknown>> | Record<string, unknown>,
): Promise<GraphAnswer> {
  const top = readCount(call.query, '$top', 10, 1000);
  const skip = readCount(call.query, '$skip', 0, Number.MAX_SAFE_INTEGER);
  if (top === 0) throw badRequest("Invalid value '0' for $top query option found.");
  const value = await Promise.all(things.slice(skip, skip + top).map(show));
  const body: Record<string, unknown> = { '@odata.context': contextOf(call, context) };
  if (call.query.get('$count') === 'true') body['@odata.count'] = things.length;
  body.value = value;
  if (skip + top < things.length) {
    const query = new URLSearchParams(call.query);
    query.set('$skip', String(skip + top));
    body['@odata.nextLink'] = linkTo(call, query);
  }
  return { status: 200, body };
}

/** The address of the same path with another query. */
export function linkTo(call: GraphCall, query: URLSearchParams): string {
  const text = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${call.world.graphOrigin}/v1.0${call.path}?${text}`;
}

/** The one filter of delta queries: `receivedDateTime` from an instant on. Fails with 400 for every other. */
export function readFilter(filter: string | null): (message: Message) => boolean {
  if (filter === null || filter.trim() === '') return () => true;
  const [, operator, given = ''] = /^receivedDateTime\s+(ge|gt)\s+(\S+)$/.exec(filter.trim()) ?? [];
  const at = Date.parse(given);
  if (operator === undefined || Number.isNaN(at)) throw badRequest('Invalid filter clause');
  return (message) => (operator === 'ge' ? message.receivedAt >= at : message.receivedAt > at);
}
