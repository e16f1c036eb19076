/**
 * Change notifications of Microsoft Graph as hints: one subscription per mailbox, renewed by its id, and posts to our door understood. Which
 * message a notification is about is not looked at. How a call is signed and sent is an argument.
 *
 * https://learn.microsoft.com/graph/change-notifications-overview, https://learn.microsoft.com/graph/change-notifications-lifecycle-events
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Clock, MINUTE } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import {
  HINT_CLAIMS_MAX,
  type HintAbility,
  type HintClaim,
  type HintPost,
  type HintReceipt,
  type Watch,
  type WatchedMailbox,
} from '../../model/hints.ts';

export interface SubscriptionCall {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1.0`. */
  readonly path: string;
  readonly body?: unknown;
  /** Under which name the request is counted. */
  readonly operation: string;
  readonly scope: 'mailbox';
}

/** Calls as one mailbox's connection makes them. */
export interface GraphCalls {
  /** The JSON of a success, null where it has none. Rejects with `RemoteFailure`. */
  json(call: SubscriptionCall): Promise<unknown>;
  /** Where the mailbox is below `/v1.0`: `/me` or `/users/...`. */
  readonly root: string;
}

export interface Office365HintsOptions {
  /** The https origin that Graph posts to; null where it reaches none. */
  readonly origin: string | null;
  readonly clock: Clock;
  readonly callsOf: (mailbox: WatchedMailbox) => GraphCalls;
}

/** Less than Outlook's least stated maximum (4,230 minutes); the answer says what was given. */
const LIFE_MS = 4_000 * MINUTE;
/** Mail that came, was moved or was marked; what was removed waits for the next run. */
const CHANGE_TYPES = 'created,updated';

/** What is remembered; `url` tells a subscription that still posts to where we were before. */
const memoSchema = z.object({ id: z.string(), clientState: z.string(), url: z.string() });
type Memo = z.infer<typeof memoSchema>;
const subscriptionSchema = z.looseObject({
  id: z.string().min(1),
  expirationDateTime: z.string().optional(),
});

/** Posted hints, where Graph reaches us. */
export function createOffice365Hints(options: Office365HintsOptions): HintAbility {
  const { origin } = options;
  if (origin === null)
    return {
      able: false,
      reason: 'Graph posts to a public https address; PUBLIC_URL is none, or HINTS is off.',
    };
  const url = `${origin}/hints/office365`;
  return {
    able: true,
    hints: {
      way: 'posted',
      async watch(mailbox, kept) {
        const calls = options.callsOf(mailbox);
        const memo = memoSchema.safeParse(kept).data ?? null;
        if (memo === null) return await subscribe(options, calls, url);
        if (memo.url === url)
          return (await renew(options, calls, memo)) ?? (await subscribe(options, calls, url));
        await unsubscribe(calls, memo);
        return await subscribe(options, calls, url);
      },
      async unwatch(mailbox, kept) {
        const memo = memoSchema.safeParse(kept).data;
        if (memo !== undefined) await unsubscribe(options.callsOf(mailbox), memo);
      },
      receive,
    },
  };
}

async function subscribe({ clock }: Office365HintsOptions, calls: GraphCalls, url: string): Promise<Watch> {
  const clientState = randomBytes(32).toString('base64url');
  const endsAt = clock.now() + LIFE_MS;
  const answer = await calls.json({
    method: 'POST',
    path: '/subscriptions',
    operation: 'subscription.create',
    scope: 'mailbox',
    body: {
      changeType: CHANGE_TYPES,
      resource: `${decodeURIComponent(calls.root).slice(1)}/messages`,
      notificationUrl: url,
      // It can be given at creation only.
      lifecycleNotificationUrl: url,
      expirationDateTime: new Date(endsAt).toISOString(),
      clientState,
    },
  });
  const parsed = subscriptionSchema.safeParse(answer);
  if (!parsed.success)
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
  return watchOf({ id: parsed.data.id, clientState, url }, parsed.data.expirationDateTime, endsAt);
}

/** Extends it, which also reauthorises it; null where Graph knows it no more. */
async function renew({ clock }: Office365HintsOptions, calls: GraphCalls, memo: Memo): Promise<Watch | null> {
  const endsAt = clock.now() + LIFE_MS;
  try {
    const answer = await calls.json({
      method: 'PATCH',
      path: pathOf(memo),
      operation: 'subscription.renew',
      scope: 'mailbox',
      body: { expirationDateTime: new Date(endsAt).toISOString() },
    });
    return watchOf(memo, subscriptionSchema.safeParse(answer).data?.expirationDateTime, endsAt);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function unsubscribe(calls: GraphCalls, memo: Memo): Promise<void> {
  try {
    const path = pathOf(memo);
    await calls.json({ method: 'DELETE', path, operation: 'subscription.delete', scope: 'mailbox' });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

const pathOf = ({ id }: Memo): string => `/subscriptions/${encodeURIComponent(id)}`;

/** Whether the subscription is not there. A mailbox that is not there says so again when one is made. */
function isGone(error: unknown): boolean {
  if (!(error instanceof RemoteFailure)) return false;
  const { code, vendorCode = '' } = error.failure;
  return code === 'mailbox.not-found' || /NotFound$|^HTTP (404|410)$/i.test(vendorCode);
}

function watchOf(memo: Memo, expiration: string | undefined, endsAt: number): Watch {
  const told = Date.parse(expiration ?? '');
  return {
    key: memo.id.toLowerCase(),
    secret: memo.clientState,
    memo,
    holdsUntil: Number.isNaN(told) ? endsAt : told,
  };
}

const notificationSchema = z.looseObject({
  subscriptionId: z.string().max(200),
  clientState: z.string().max(500).nullish(),
  lifecycleEvent: z.string().nullish(),
});

/** The handshake is echoed; of a batch, what is understood becomes claims. */
function receive({ query, body }: HintPost): HintReceipt {
  const { validationToken } = query;
  if (validationToken !== undefined) return { status: 200, text: validationToken, claims: [] };
  const value = z.looseObject({ value: z.array(z.unknown()) }).safeParse(body).data?.value ?? [];
  const claims = value.slice(0, HINT_CLAIMS_MAX).flatMap((one): HintClaim[] => {
    const notification = notificationSchema.safeParse(one).data;
    if (notification === undefined) return [];
    const { subscriptionId, clientState, lifecycleEvent } = notification;
    const means = meaningOf(lifecycleEvent ?? null);
    return [{ key: subscriptionId.toLowerCase(), secret: clientState ?? null, means }];
  });
  return { status: 202, text: '', claims };
}

/** `missed`, and whatever Graph may add, may mean that something moved. */
function meaningOf(lifecycleEvent: string | null): HintClaim['means'] {
  if (lifecycleEvent === 'reauthorizationRequired') return 'renew';
  return lifecycleEvent === 'subscriptionRemoved' ? 'gone' : 'changed';
}
