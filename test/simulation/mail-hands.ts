/**
 * What people, administrators and time do to mail at one service, in words that fit every service. Each simulated service has its own hands
 * (`exchange-hands.ts` and so on); acts and faults know only this. What a service does not let people do is declared, with the reason.
 */
import type { FaultEffect, Faults } from '../../simulators/shared/faults.ts';
import type { RequestLog } from '../../simulators/shared/request-log.ts';
import type { Access } from '../../src/commands/activate-mailbox.ts';
import type { Ports } from '../../src/commands/ports.ts';
import type { IsCalled, MailboxHands } from '../support/items-world.ts';
import type { Chance } from './chance.ts';
import type { Sensitivity, Spot } from './history.ts';
import type { Letter } from './letters.ts';

export type ServiceName = 'exchange' | 'office365' | 'google';
/** Where a copy can lie. */
export type LivingSpot = Exclude<Spot, 'nowhere'>;

/** A mailbox and who owns it. */
export interface MailAccount {
  readonly address: string;
  readonly aliases: readonly string[];
  readonly password: string;
}

export interface Delivery {
  readonly receivedAt: number;
  readonly sensitivity: Sensitivity;
  readonly spot: LivingSpot;
  readonly categories: readonly string[];
  /** False: an invitation. */
  readonly isMail: boolean;
}

/** A copy as it stands: where it lies, and whether its owner sent it. */
export interface Standing {
  readonly address: string;
  readonly itemId: string;
  readonly spot: LivingSpot;
  readonly categories: readonly string[];
  readonly isSent: boolean;
}

export interface MailHands {
  readonly service: ServiceName;
  /** Origins that the service answers at. */
  readonly origins: readonly string[];
  readonly faults: Faults;
  readonly requests: RequestLog;
  fetch(request: Request): Promise<Response>;
  addMailbox(account: MailAccount): void;
  /** What the activation dialog asks of this person here: a form, or a consent that was really given. */
  authorise(ports: Ports, account: MailAccount): Promise<Access>;

  /** Where a copy lies once somebody put it there: not every service has every place. */
  spotFor(wanted: LivingSpot, isSent: boolean): LivingSpot;
  /** Whether the service gives a Message-ID to mail that has none: each copy another, so that nobody can tell them as one. */
  readonly givesMessageIds: boolean;
  deliver(address: string, letter: Letter, how: Delivery): string;
  /** Gives the id that the copy has from now on. */
  move(copy: Standing, to: LivingSpot): string;
  setCategories(copy: Standing, categories: readonly string[]): void;
  setRead(copy: Standing, isRead: boolean): void;
  /** Null where nobody can change it after the mail has come, and why. */
  readonly setSensitivity: ((copy: Standing, sensitivity: Sensitivity) => void) | { readonly cannot: string };
  removeForGood(copy: Standing): void;
  /** Events, contacts and tasks in one mailbox, called by a part of their titles. */
  itemsOf(address: string): MailboxHands;
  /** Whether a meeting reaches colleagues at the same service by itself. */
  readonly spreadsMeetings: boolean;

  /** The service forgets what it told this mailbox's reader so far. */
  expireCursors(address: string): void;
  /** Access tokens that are at least so old end before their time; null where there are none. */
  readonly expireAccess: ((address: string, ageMsMin: number) => void) | null;
  /** What a renewed refresh token replaced is refused from now on; null where refresh tokens are not renewed. */
  readonly endReplacedTokens: (() => void) | null;
  /** Operations by the names of the simulator's fault rules; a name that stands twice is drawn twice as often. */
  readonly faultOperations: readonly string[];
  drawEffect(chance: Chance): FaultEffect;
  /** How the service says "not now" for so long. */
  throttling(chance: Chance, backOffMs: number): FaultEffect;
  /** For how long an answer asks its caller to stay away, in milliseconds; 0 for most. */
  readWait(response: Response): Promise<number>;
  /** Whose back-off an answer to this request is. */
  callerOf(request: Request): Promise<string>;
  /** What would have been mailed to people. */
  notified(): readonly string[];
  /** Names of calls that changed something, since the log of requests was emptied. */
  writes(): readonly string[];
  forgetRequests(): void;
  /** Requests that an idle run makes at most; a token that ran out may cost one more. */
  readonly idleRequestsMax: number;
}

/** Things are called by their mark, whatever else their title says. */
export const isMarked: IsCalled = (name, mark) => name?.includes(mark) === true;

/** Hands in a mailbox remember what they have made there, such as a label: each mailbox has one pair of them. */
export function keptByAddress(make: (address: string) => MailboxHands): (address: string) => MailboxHands {
  const kept = new Map<string, MailboxHands>();
  return (address) => {
    const hands = kept.get(address) ?? make(address);
    kept.set(address, hands);
    return hands;
  };
}
