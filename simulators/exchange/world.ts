/**
 * Everything a simulated Exchange organization consists of, in one plain object that operations, HTTP and the control
 * surface share. It holds state; behaviour is in the files that use it.
 */
import type { Faults, StandingFault } from '../shared/faults.ts';
import type { ViewMessage } from '../shared/message-view.ts';
import type { Random } from '../shared/random.ts';
import type { RequestLog } from '../shared/request-log.ts';
import type { Account, Directory } from './accounts.ts';
import type { AuthScheme } from './authentication.ts';
import type { AutodiscoverSettings } from './autodiscover.ts';
import type { Mailbox } from './mailbox.ts';
import type { ServerBuild } from './wire.ts';
import type { XmlNode } from './xml-tree.ts';
import type { Zone } from './zones/zone.ts';

/** What would have been mailed to people: it must stay empty in every suite. */
export interface SentNotification {
  operation: string;
  mailbox: string;
  itemClass: string;
  recipientCount: number;
  at: number;
}

/** A mailbox that answers "busy" until `until`; `callsMeanwhile` counts those who called all the same. */
export interface Throttling {
  until: number;
  form: 'fault' | 'message' | 'http';
  callsMeanwhile: number;
}

/** A connection that is held open for events. */
export interface StreamConnection {
  /** Something moved, or the subscription is gone. */
  wake(): void;
  /** Ends it in good order, or breaks it. */
  end(how: 'closed' | 'dropped'): void;
}

/** A subscription to events, pulled or streamed: how far it was told. */
export interface Subscription {
  id: string;
  mailbox: Mailbox;
  folderIds: string[] | 'all';
  eventTypes: ReadonlySet<string>;
  isStreaming: boolean;
  changeNumber: number;
  /** When a connection last left it; counts while there is none. */
  seenAt: number;
  connection: StreamConnection | undefined;
}

export interface World {
  readonly now: () => number;
  readonly random: Random;
  readonly wait: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  readonly directory: Directory;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly viewMessage: ViewMessage;
  readonly notifications: SentNotification[];
  readonly throttling: Map<string, Throttling>;
  readonly inFlight: Map<string, number>;
  readonly subscriptions: Map<string, Subscription>;
  /** Connections held open, by mailbox. */
  readonly hanging: Map<string, number>;
  origin: string;
  auth: AuthScheme[];
  build: ServerBuild;
  /** RequestServerVersion values this server knows. */
  versions: Set<string>;
  hasCommitMarks: boolean;
  concurrencyMax: number;
  /** Connections held open per mailbox at most. */
  hangingMax: number;
  /** Subscriptions per mailbox at most (EWSMaxSubscriptions). */
  subscriptionsMax: number;
  autodiscover: AutodiscoverSettings;
  lastSubscription: number;
  /** Sees every SOAP request and answer; for tests that hold them against the schema. */
  observe:
    | ((exchange: { operation: string; request: string; response: string; status: number }) => void)
    | undefined;
}

/** One operation being answered. `mailbox` is whose folders are meant when nobody else is named. */
export interface Call {
  readonly world: World;
  readonly operation: string;
  readonly caller: Account;
  readonly mailbox: Mailbox | undefined;
  readonly isImpersonated: boolean;
  /** Of the TimeZoneContext header: what local times without an offset are meant in. */
  readonly zone: Zone;
  readonly request: XmlNode;
  readonly fault: StandingFault | undefined;
}

/** An operation answers with its response element. */
export type Operation = (call: Call) => Promise<string>;
