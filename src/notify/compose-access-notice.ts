/**
 * The e-mail to administrators when an access to many mailboxes is refused, or works again: one e-mail of its own instead of a line for each mailbox.
 * Pure.
 */
import { catalogue, type FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import { type Composed, NOTHING_LOST } from './compose-notice.ts';
import { type Block, layOut } from './layout.ts';
import { menderWords } from './mender-words.ts';
import { timeWords } from './time-words.ts';

export interface AccessNoticeWords {
  /** As the administrators named it. */
  readonly name: string;
  readonly serviceName: string;
  readonly state: 'working' | 'refused';
  readonly code: FailureCode | null;
  readonly since: Instant;
  /** That are reached through it. */
  readonly mailboxes: number;
  readonly publicUrl: string;
}

/** Administrators are told without a zone of theirs being known. */
const ZONE = 'UTC';

/** Subject, plain text and HTML; both forms say the same. */
export function composeAccessNotice(words: AccessNoticeWords): Composed {
  return words.state === 'refused' ? refused(words) : working(words);
}

function refused({ name, serviceName, code, since, mailboxes, publicUrl }: AccessNoticeWords): Composed {
  const subject = `${serviceName} refuses the access “${name}”: ${counted(mailboxes)} stopped`;
  const entry = code === null ? null : catalogue[code];
  const blocks: Block[] = [
    { kind: 'title', text: `${serviceName} refuses the access “${name}”.` },
    {
      kind: 'text',
      text: `Since ${timeWords(since, ZONE)} ${counted(mailboxes)} that are reached through it stand still. Their owners are told, and each can connect his mailbox himself meanwhile.`,
    },
    ...(entry === null
      ? []
      : [
          { kind: 'text', text: entry.admin } as const,
          { kind: 'text', text: `Can be mended by ${menderWords[entry.mender].who}. Code: ${code}` } as const,
        ]),
    { kind: 'button', label: 'Open the access', url: consoleUrl(publicUrl) },
    {
      kind: 'text',
      text: 'Lockstep asks again every half hour, and at once when you press Check again. When the access works, all its mailboxes go on by themselves.',
    },
    { kind: 'text', text: NOTHING_LOST },
  ];
  return { subject, ...layOut(subject, blocks) };
}

function working({ name, serviceName, since, mailboxes, publicUrl }: AccessNoticeWords): Composed {
  const subject = `${serviceName} accepts the access “${name}” again`;
  const blocks: Block[] = [
    { kind: 'title', text: `${serviceName} accepts the access “${name}” again.` },
    {
      kind: 'text',
      text: `It works since ${timeWords(since, ZONE)}. The ${counted(mailboxes)} that are reached through it go on by themselves within minutes, and nothing is lost.`,
    },
    { kind: 'button', label: 'Open the access', url: consoleUrl(publicUrl) },
  ];
  return { subject, ...layOut(subject, blocks) };
}

function counted(mailboxes: number): string {
  return mailboxes === 1 ? '1 mailbox' : `${mailboxes} mailboxes`;
}

function consoleUrl(publicUrl: string): string {
  return `${publicUrl}/admin/access`;
}
