/**
 * Gmail's watch as hints: one registration per mailbox at the operator's Pub/Sub topic, renewed daily, and the notifications of all mailboxes pulled
 * from one subscription, so that no inbound connection is needed. Which history a notification names is not looked at. How Gmail is called for
 * a mailbox is an argument.
 *
 * https://developers.google.com/workspace/gmail/api/guides/push
 */
import { z } from 'zod';
import { DAY } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { HintAbility, WatchedMailbox } from '../../model/hints.ts';
import { type PubSubOptions, pullMessages } from './pubsub.ts';

export interface WatchCall {
  readonly method: 'watch' | 'stop';
  readonly verb: 'POST';
  readonly path: 'watch' | 'stop';
  readonly body?: unknown;
  readonly scope: 'mailbox';
}

/** Calls as one mailbox's connection makes them. */
export interface GmailCalls {
  /** The JSON of a success, `{}` where it has none. Rejects with `RemoteFailure`. */
  call(call: WatchCall): Promise<unknown>;
}

export interface GoogleHintsOptions {
  /** The operator's topic and subscription; null where there is none. */
  readonly pubsub: (PubSubOptions & { readonly topic: string }) | null;
  readonly callsOf: (mailbox: WatchedMailbox) => GmailCalls;
}

/** Drafts are saved every few seconds while somebody writes, and nothing in these places is ever synced. */
const NOT_TOLD = ['DRAFT', 'SPAM', 'TRASH'];
/** No watch lives longer. */
const LIFE_MS_MAX = 7 * DAY;

const watchSchema = z.looseObject({ expiration: z.union([z.string(), z.number()]) });
const payloadSchema = z.looseObject({ emailAddress: z.string().min(1).max(320) });

/** Pulled hints, where the operator has set a topic and a subscription up. */
export function createGoogleHints({ pubsub, callsOf }: GoogleHintsOptions): HintAbility {
  if (pubsub === null)
    return {
      able: false,
      reason:
        'Gmail tells over Pub/Sub; GOOGLE_PUBSUB_TOPIC and GOOGLE_PUBSUB_SUBSCRIPTION name none, or HINTS is off.',
    };
  return {
    able: true,
    hints: {
      way: 'pulled',
      // Registering again is renewing: Gmail keeps one watch per mailbox and project.
      async watch(mailbox) {
        const answer = await callsOf(mailbox).call({
          method: 'watch',
          verb: 'POST',
          path: 'watch',
          body: { topicName: pubsub.topic, labelIds: NOT_TOLD, labelFilterBehavior: 'exclude' },
          scope: 'mailbox',
        });
        const endsAt = Number(watchSchema.safeParse(answer).data?.expiration);
        if (!Number.isFinite(endsAt))
          throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
        const holdsUntil = Math.min(endsAt, pubsub.clock.now() + LIFE_MS_MAX);
        return { key: mailbox.address.toLowerCase(), secret: null, memo: {}, holdsUntil };
      },
      async unwatch(mailbox) {
        await callsOf(mailbox).call({
          method: 'stop',
          verb: 'POST',
          path: 'stop',
          scope: 'mailbox',
        });
      },
      pull: (take, signal) =>
        pullMessages(pubsub, signal as AbortSignal, (payloads) =>
          take(
            payloads.flatMap((payload) => {
              const address = readAddress(payload);
              return address === null ? [] : [{ key: address, secret: null, means: 'changed' as const }];
            }),
          ),
        ),
    },
  };
}

/** Whose mailbox moved; null for a message that is no notification of Gmail. */
function readAddress(payload: string): string | null {
  try {
    return payloadSchema.parse(JSON.parse(payload)).emailAddress.toLowerCase();
  } catch {
    return null;
  }
}
