/**
 * As much of Cloud Pub/Sub as a pulled Gmail watch needs: `:pull`, `:acknowledge` and
 * `:modifyAckDeadline` of subscriptions. Messages may
 * come twice: what is not acknowledged within ten seconds is handed out again.
 */
import { ApiError, json, refuse, refuseScope, toErrorResponse } from './errors.ts';
import { scopeOf } from './scopes.ts';
import { findAccessToken, makeSecret } from './tokens.ts';
import type { Account, Subscription, World } from './world.ts';

const PATH = /^\/v1\/(projects\/[^/]+\/subscriptions\/[^/:]+):(pull|acknowledge|modifyAckDeadline)$/;
const LEASE_MS = 10_000;
const SCOPES = [scopeOf('pubsub'), scopeOf('cloud-platform')];

/** Tells the account's topic that the mailbox changed, if a watch stands and is about one of the labels. */
export function publishChange(world: World, account: Account, labelIds: readonly string[]): void {
  const { watch } = account;
  if (watch === undefined || watch.expiresAt <= world.now()) return;
  const isNamed = watch.labelIds.some((id) => labelIds.includes(id));
  if (watch.labelIds.length > 0 && isNamed === watch.isExclusion) return;
  const payload = { emailAddress: account.email, historyId: account.mailbox.historyId };
  for (const subscription of world.subscriptions.values()) {
    if (subscription.topicName !== watch.topicName) continue;
    world.lastNumber += 1;
    subscription.messages.push({
      messageId: String(world.lastNumber),
      data: Buffer.from(JSON.stringify(payload)).toString('base64'),
      publishedAt: world.now(),
      leasedUntil: 0,
      ackId: '',
    });
  }
}

/** Answers a subscription's path; undefined for all others. */
export async function answerPubSub(world: World, request: Request): Promise<Response | undefined> {
  const [, name = '', verb = ''] = PATH.exec(new URL(request.url).pathname) ?? [];
  if (verb === '' || request.method !== 'POST') return undefined;
  const operation = `pubsub.projects.subscriptions.${verb}`;
  const text = await request.text();
  let response: Response;
  try {
    admit(world, request, operation);
    const fault = world.faults.strike({ operation });
    if (fault?.effect.kind === 'service') throw refuse(fault.effect.code, fault.effect.message);
    const subscription = world.subscriptions.get(name);
    if (subscription === undefined) throw refuse('notFound', `Resource not found (resource=${name}).`);
    response = json(200, act(world, subscription, verb, readBody(text)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    response = toErrorResponse(error.refusal);
  }
  const { status } = response;
  world.requests.record({ operation, status, bytesIn: text.length, bytesOut: 0, at: world.now() });
  return response;
}

function act(world: World, subscription: Subscription, verb: string, body: Record<string, unknown>) {
  if (verb === 'pull') return pull(world, subscription, body);
  return verb === 'acknowledge' ? acknowledge(subscription, body) : moveDeadline(world, subscription, body);
}

function readBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return { ...body };
  } catch {
    // Refused below.
  }
  throw refuse('invalidArgument', 'Invalid JSON payload received.');
}

/** Gives what was pulled more time, or back at once by 0 seconds. */
function moveDeadline(world: World, subscription: Subscription, body: Record<string, unknown>) {
  const seconds = Number(body.ackDeadlineSeconds);
  const ackIds = Array.isArray(body.ackIds) ? body.ackIds : [];
  if (!(seconds >= 0 && seconds <= 600) || ackIds.length === 0) {
    throw refuse('invalidArgument', 'You have passed an invalid argument to the service.');
  }
  for (const message of subscription.messages) {
    if (ackIds.includes(message.ackId)) message.leasedUntil = world.now() + seconds * 1000;
  }
  return {};
}

function admit(world: World, request: Request, operation: string): void {
  const text = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (text === undefined) throw refuse('required');
  const token = findAccessToken(world.tokens, text, world.now());
  if (token === undefined) throw refuse('authError');
  if (!token.scopes.some((scope) => SCOPES.includes(scope))) throw refuseScope(operation, SCOPES);
}

function pull(world: World, subscription: Subscription, body: Record<string, unknown>) {
  const count = Number(body.maxMessages);
  if (!Number.isInteger(count) || count < 1) {
    throw refuse(
      'invalidArgument',
      'You have passed an invalid argument to the service (argument=max_messages).',
    );
  }
  const now = world.now();
  const due = subscription.messages.filter((message) => message.leasedUntil <= now).slice(0, count);
  const receivedMessages = due.map((message) => {
    message.leasedUntil = now + LEASE_MS;
    message.ackId = makeSecret(24);
    const { data, messageId } = message;
    const publishTime = new Date(message.publishedAt).toISOString();
    return { ackId: message.ackId, message: { data, messageId, publishTime } };
  });
  return receivedMessages.length === 0 ? {} : { receivedMessages };
}

function acknowledge(subscription: Subscription, body: Record<string, unknown>) {
  const ackIds = Array.isArray(body.ackIds) ? body.ackIds : [];
  if (ackIds.length === 0) {
    throw refuse('invalidArgument', 'You have passed an invalid argument to the service (argument=ack_ids).');
  }
  subscription.messages = subscription.messages.filter((message) => !ackIds.includes(message.ackId));
  return {};
}
