/**
 * The tokens of delta queries: opaque to callers, they say how far a round has come and what its first call asked for, and they
 * die with the epoch they were made in.
 * https://learn.microsoft.com/graph/delta-query-overview
 */
import { GraphError } from './errors.ts';
import {
  contextOf,
  type GraphAnswer,
  type MailboxCall,
  preference,
  wantsImmutableIds,
} from './graph-call.ts';
import { linkTo } from './odata.ts';

type Json = Record<string, unknown>;

/** What every token says; `at` is the change number up to which the caller knows all, `of` what the token is for. */
export interface DeltaPosition {
  of: string;
  epoch: number;
  at: number;
  options: Record<string, string>;
}

const DEFAULT_PAGE = 10;

/**
 * The position of a call's token; none where the round begins. `skip` tells a token out of a nextLink. Fails with 400 for a token
 * that is none of `of`, and as the mailbox is set for one of another epoch: 410 with the address of a new round as Location.
 */
export function readPosition<Position extends DeltaPosition>(
  call: MailboxCall,
  of: string,
  epoch: number,
): { skip: boolean; position?: Position } {
  const skip = call.query.get('$skiptoken');
  const token = skip ?? call.query.get('$deltatoken');
  if (token === null || token === '') {
    call.query.delete('$deltatoken');
    return { skip: false };
  }
  let position: Position | null;
  try {
    position = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Position | null;
  } catch {
    throw new GraphError('BadRequest', 'Badly formed token.');
  }
  if (position?.of !== of) throw new GraphError('BadRequest', 'Badly formed token.');
  if (position.epoch !== epoch) throw expired(call, position);
  return { skip: skip !== null, position };
}

/** The frozen window of a calendar view goes into the address, which would not work without it. */
function expired(call: MailboxCall, { options }: DeltaPosition): GraphError {
  const { expiredAs } = call.mailbox;
  if (expiredAs === 'SyncStateInvalid') return new GraphError(expiredAs);
  const window = ['startDateTime', 'endDateTime']
    .filter((name) => options[name] !== undefined)
    .map((name) => `${name}=${encodeURIComponent(options[name] ?? '')}&`);
  const location = `${call.world.graphOrigin}/v1.0${call.path}?${window.join('')}$deltatoken=`;
  return new GraphError(expiredAs, undefined, 410, { location });
}

/** Some entries twice, as often as the settings say. */
export function withRepeats(call: MailboxCall, value: readonly Json[]): Json[] {
  const { repeatProbability } = call.world.settings;
  if (repeatProbability <= 0) return [...value];
  return value.flatMap((each) => (call.world.random.next() < repeatProbability ? [each, each] : [each]));
}

/** One page of a round, with the link to the next page or to the next round. */
export function finishDelta(
  call: MailboxCall,
  context: string,
  value: Json[],
  next: DeltaPosition,
  isLast: boolean,
): GraphAnswer {
  const token = Buffer.from(JSON.stringify(next)).toString('base64url');
  const query = new URLSearchParams([[isLast ? '$deltatoken' : '$skiptoken', token]]);
  const zone = preference(call, 'outlook.timezone');
  const applied = [
    wantsImmutableIds(call) ? 'IdType="ImmutableId"' : '',
    zone === undefined ? '' : `outlook.timezone="${zone}"`,
    preference(call, 'odata.maxpagesize') === undefined ? '' : `odata.maxpagesize=${pageSize(call, next)}`,
  ].filter((each) => each !== '');
  return {
    status: 200,
    ...(applied.length === 0 ? {} : { headers: { 'preference-applied': applied.join(', ') } }),
    body: {
      '@odata.context': contextOf(call, context),
      value,
      [isLast ? '@odata.deltaLink' : '@odata.nextLink']: linkTo(call, query),
    },
  };
}

/** The 400 for a query option that change tracking does not have. */
export function unsupported(name: string): GraphError {
  const text = `The query parameter '${name}' is not supported with change tracking over this resource.`;
  return new GraphError('ErrorInvalidUrlQuery', text, 400);
}

/** As many as the header prefers, else as the round's first call said by `$top`. */
export function pageSize(call: MailboxCall, { options }: DeltaPosition): number {
  const wanted = Number(preference(call, 'odata.maxpagesize') ?? options.$top ?? DEFAULT_PAGE);
  const size = Number.isInteger(wanted) && wanted > 0 ? wanted : DEFAULT_PAGE;
  return Math.min(size, call.world.settings.deltaPageMax);
}
