/**
 * One call to Microsoft Graph, whether it came by itself or inside a batch, and its answer before it is written out.
 */
import type { UserAccount } from './directory.ts';
import { badRequest, GraphError } from './errors.ts';
import type { Mailbox, Message } from './mailbox.ts';
import type { AccessToken } from './token-store.ts';
import type { World } from './world.ts';

export interface GraphCall {
  readonly world: World;
  readonly method: string;
  /** Below `/v1.0`, as asked: `/me/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly text: string;
  readonly token: AccessToken;
}

/** A call about one user's mailbox; `parts` are what the route's pattern caught. */
export interface MailboxCall extends GraphCall {
  readonly user: UserAccount;
  readonly mailbox: Mailbox;
  readonly parts: Record<string, string>;
}

export interface GraphAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  /** Sent as it is, instead of JSON. */
  content?: { type: string; bytes: Uint8Array };
}

/** 200 with a JSON body that says what it is. */
export function answer(
  call: GraphCall,
  context: string,
  body: Record<string, unknown>,
  status = 200,
): GraphAnswer {
  return { status, body: { '@odata.context': contextOf(call, context), ...body } };
}

export function contextOf(call: GraphCall, context: string): string {
  return `${call.world.graphOrigin}/v1.0/$metadata#${context}`;
}

/** The parsed JSON body; an empty object when there is none. */
export function readJson(call: GraphCall): Record<string, unknown> {
  if (call.text === '') return {};
  try {
    const body: unknown = JSON.parse(call.text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Answered below, as any other body that is no JSON object.
  }
  throw badRequest('Unable to read JSON request payload.');
}

/** Whether the caller wants ids that stay when a message moves. */
export function wantsImmutableIds(call: GraphCall): boolean {
  return /IdType\s*=\s*"?ImmutableId"?/i.test(call.headers.get('prefer') ?? '');
}

/** The id of a message in the form the caller wants. */
export function idOf(call: GraphCall, message: Pick<Message, 'restId' | 'immutableId'>): string {
  return wantsImmutableIds(call) ? message.immutableId : message.restId;
}

/** A preference's value, e.g. `odata.maxpagesize`. */
export function preference(call: GraphCall, name: string): string | undefined {
  const pattern = new RegExp(`${name.replaceAll('.', '\\.')}\\s*=\\s*"?([^",;]+)"?`, 'i');
  return pattern.exec(call.headers.get('prefer') ?? '')?.[1]?.trim();
}

/** A text member of a body. Fails with 400 when it is missing. */
export function textOf(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new GraphError('ErrorInvalidRequest', `The property '${name}' is required.`, 400);
}

/** Fails with 412 where `If-Match` names another version. */
export function checkMatch(call: MailboxCall, etag: string): void {
  const match = call.headers.get('if-match');
  if (match !== null && match !== '*' && match !== etag) throw new GraphError('ErrorIrresolvableConflict');
}
