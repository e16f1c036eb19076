/** What waits in each collection, mail among them, besides what its feeds tell, in one statement: so that an idle run asks once. */
import type { Instant } from '../model/clock.ts';
import { type AnyCollection, collections } from '../model/collection.ts';
import type { MailboxId } from '../model/ids.ts';
import type { Tx } from './database.ts';

export interface WaitingWork {
  /** Issues whose time has come. */
  readonly issues: boolean;
  /** Records that are to follow their items. */
  readonly removals: boolean;
  /** Items that earlier runs made and no feed has told of yet. */
  readonly untold: boolean;
  /** The whole collection has an issue. */
  readonly trouble: boolean;
}

export async function readWaitingWork(
  tx: Tx,
  mailboxId: MailboxId,
  now: Instant,
): Promise<ReadonlyMap<AnyCollection, WaitingWork>> {
  const { rows } = await tx.query<{ collection: AnyCollection } & WaitingWork>(
    `select collection,
       exists (select from issues where mailbox_id = $1 and issues.collection = c.collection and retry_at <= $2) as issues,
       exists (select from pairs left join holds on holds.id = pairs.hold_id
         where pairs.mailbox_id = $1 and pairs.collection = c.collection and pairs.state = 'removing'
           and (pairs.hold_id is null or holds.state = 'released')) as removals,
       exists (select from pairs where mailbox_id = $1 and pairs.collection = c.collection and is_untold) as untold,
       exists (select from issues where mailbox_id = $1 and item_id = 'collection:' || c.collection) as trouble
     from unnest($3::text[]) as c (collection)`,
    [mailboxId, new Date(now), ['emails', ...collections]],
  );
  return new Map(rows.map(({ collection, ...waits }) => [collection, waits]));
}
