/**
 * Identity of a mail across mailboxes and services: the normalised Message-ID, else a digest of what stays the same wherever the
 * mail lies. The digest function is an argument, because this layer has no cryptography.
 */
import type { EmailContent, EmailHead } from './email.ts';
import type { EmailKey } from './ids.ts';

/** SHA-256 of UTF-8 text as lower-case hex (64 characters). */
export type Digest = (text: string) => string;

const SYNTHETIC_DOMAIN = 'message-id.lockstep.invalid';
/** RFC 5322 sets no limit; longer ones are abuse, and Salesforce keeps 255 characters. */
const LENGTH_MAX = 250;

/**
 * The Message-ID without brackets, comments or blanks, domain in lower case; null when nothing usable is there (RFC 5322, 3.6.4).
 */
export function normaliseMessageId(raw: string | null): string | null {
  if (raw === null) return null;
  const bracketed = /<([^<>]*)>/.exec(raw);
  const id = (bracketed?.[1] ?? raw).replace(/\s+/g, '');
  if (id === '' || id.length > LENGTH_MAX || hasControlCharacter(id)) return null;
  const at = id.lastIndexOf('@');
  return at < 0 ? id : id.slice(0, at + 1) + id.slice(at + 1).toLowerCase();
}

/** The key of a mail that carries a usable Message-ID; null means that `contentKey` is needed. */
export function headKey(head: EmailHead): EmailKey | null {
  return normaliseMessageId(head.messageId) as EmailKey | null;
}

/**
 * The key of a mail without a usable Message-ID: a digest over Date, From, To, Subject and the length of the body, shaped like a
 * Message-ID so that Salesforce can look it up in the same field. Blanks do not count: services, and ways to one service, differ in line ends and
 * in what stands at the end.
 */
export function contentKey(head: EmailHead, content: EmailContent, digest: Digest): EmailKey {
  const parts = [
    head.sentAt === null ? '' : String(head.sentAt),
    head.from?.address ?? '',
    head.to.map((to) => to.address).join(','),
    head.subject,
    String((content.text ?? content.html ?? '').replace(/\s+/g, '').length),
    String(content.attachments.length),
  ];
  return `${digest(parts.join('\u0000'))}@${SYNTHETIC_DOMAIN}` as EmailKey;
}

/** Earlier mails of a thread that are looked at. */
const REFERRED_MAX = 20;

/** The thread's root: first of References, else In-Reply-To, else the mail itself. */
export function threadKey(head: EmailHead, own: EmailKey): string {
  return normaliseMessageId(head.references[0] ?? null) ?? normaliseMessageId(head.inReplyTo) ?? own;
}

/** Earlier mails of the thread that the headers name, the nearest first; of a long thread the last ones and its root. */
export function referredKeys(head: EmailHead): readonly EmailKey[] {
  const [root = null, ...others] = head.references;
  const names = [head.inReplyTo, ...others.slice(-REFERRED_MAX).toReversed(), root];
  const keys = names.flatMap((name) => normaliseMessageId(name) ?? []);
  return [...new Set(keys)] as unknown as readonly EmailKey[];
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
