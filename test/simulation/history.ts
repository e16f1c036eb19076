/**
 * What happened in a world, as its people know it: which mails there are, where each copy lay when, who was a contact when, which settings held
 * when. The oracle judges from it; nothing in it comes from the product.
 */
import type { Letter } from './letters.ts';
import type { Thing } from './things.ts';

export type Spot = 'inbox' | 'inbox-below' | 'sent' | 'salesforce' | 'archive' | 'deleted' | 'nowhere';
export type Sensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';

/** How a copy stood from `tick` on. */
export interface Stage {
  readonly tick: number;
  readonly spot: Spot;
  readonly sensitivity: Sensitivity;
  readonly categories: readonly string[];
}

export interface Copy {
  readonly mailbox: string;
  /** By its owner. */
  readonly isSent: boolean;
  readonly receivedAt: number;
  readonly isMail: boolean;
  /** As its service names it now. */
  itemId: string;
  readonly stages: Stage[];
}

export interface Mail {
  readonly letter: Letter;
  readonly copies: Copy[];
  /** A person deleted its record in Salesforce: `linked` when the product had remembered it by then. */
  deleted: 'no' | 'unlinked' | 'linked';
  /** Somebody wanted to delete its record, whether it was there by then or not. */
  isUnwanted: boolean;
  /** The record that was deleted last. */
  deletedRecord: string;
}

export interface SettingsVersion {
  readonly autoSaveInbox: boolean;
  readonly autoSaveSent: boolean;
  readonly blocklist: readonly string[];
}

export interface History {
  /** Counts what people did; a moment lies between two of them. */
  tick: number;
  readonly mails: Mail[];
  /** Events, contacts and tasks. */
  readonly things: Thing[];
  /** Instants at which each address became (true) or ceased to be (false) a contact or lead. */
  readonly known: Map<
    string,
    { readonly tick: number; readonly isKnown: boolean; readonly recordId: string }[]
  >;
  readonly settings: SettingsVersion[];
  readonly mailboxes: {
    readonly address: string;
    readonly addresses: readonly string[];
    historyFrom: number;
  }[];
}

export function currentStage(copy: Copy): Stage {
  const stage = copy.stages.at(-1);
  if (stage === undefined) throw new Error('a copy without a stage');
  return stage;
}
