/**
 * A mailbox in Office 365 behind the contract of model/connector.ts: wires transport, feeds, heads, contents, marks, items and account together and holds no
 * logic of its own. Every error that leaves it is a `RemoteFailure` or the reason of the caller's signal.
 */
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import { able, type MailCapabilities, type MailConnector } from '../../model/connector.ts';
import type { Http } from '../http.ts';
import type { Access } from './access.ts';
import { createAccount } from './account.ts';
import { createContents } from './contents.ts';
import { createFeeds } from './feeds.ts';
import { createFind } from './find.ts';
import { createHeads } from './heads.ts';
import { createItems } from './items/mail-items.ts';
import { createKnownMessages } from './known-messages.ts';
import { createMailMarks } from './marks.ts';
import { createTransport } from './transport.ts';

export interface Office365Options {
  readonly http: Http;
  readonly access: Access;
  readonly graphOrigin: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The mailbox that the application itself opens; a person's own where null. */
  readonly mailbox: string | null;
  readonly signal?: AbortSignalLike;
}

/** Immutable ids stay when a message moves, but not when it goes to an archive mailbox or is exported. */
const capabilities: MailCapabilities = {
  stableIds: able,
  folderFeeds: able,
  categories: able,
  headsMax: 500,
  contentsMax: 20,
  marksMax: 100,
};

/** Opens nothing until the first call. Sensible for one run; a grant that is dead is not used again by the same connector. */
export function createOffice365Connector(options: Office365Options): MailConnector {
  const { http, graphOrigin, mailbox, clock } = options;
  const transport = createTransport({ ...options, isAppOnly: mailbox !== null });
  const known = createKnownMessages();
  const { items, listings } = createItems({ transport, graphOrigin });
  const feeds = createFeeds({ transport, graphOrigin, known, listings });
  const account = createAccount({ transport, feeds, clock, mailbox });
  return {
    capabilities,
    items,
    identify: account.identify,
    check: account.check,
    listFeeds: feeds.listFeeds,
    readChanges: feeds.readChanges,
    find: createFind({ transport, graphOrigin, feeds }),
    readHeads: createHeads({ transport, known, placeOf: feeds.placeOf }),
    readContents: createContents(transport, known),
    mark: createMailMarks(transport, known),
    traffic: http.traffic,
    close: () => Promise.resolve(),
  };
}
