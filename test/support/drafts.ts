/**
 * Mails about to be saved, for tests of CRM connectors: small, alike, told apart by a running number.
 */
import type { EmailDraft, Person } from '../../src/model/connector.ts';
import type { Attachment } from '../../src/model/email.ts';
import type { EmailKey, ItemId } from '../../src/model/ids.ts';

/** An attachment of this size. */
export const file = (name: string, size: number, fill = 7): Attachment => ({
  name,
  mediaType: 'application/octet-stream',
  bytes: new Uint8Array(size).fill(fill),
});

let drafts = 0;

/** A received mail from the first of `people` to the others and a stranger. */
export function draftOf(
  changes: Partial<Pick<EmailDraft, 'outgoing' | 'relatedTo' | 'recordId'>> & {
    readonly people?: readonly Person[];
    readonly subject?: string;
    readonly files?: readonly Attachment[];
    readonly key?: string;
    readonly text?: string;
  } = {},
): EmailDraft {
  drafts += 1;
  const itemId = `item-${drafts}` as ItemId;
  const people = changes.people ?? [];
  return {
    key: (changes.key ?? `mail-${drafts}@acme.example`) as EmailKey,
    threadKey: 'root@acme.example',
    head: {
      itemId,
      version: 'v',
      place: 'inbox',
      kind: 'mail',
      sensitivity: 'normal',
      messageId: null,
      inReplyTo: null,
      references: [],
      subject: changes.subject ?? `Subject ${drafts}`,
      from: { address: people[0]?.address ?? 'stranger@acme.example', name: 'Kim' },
      to: [
        ...people.slice(1).map(({ address }) => ({ address, name: '' })),
        { address: 'stranger@elsewhere.example', name: '' },
      ],
      cc: [],
      bcc: [],
      sentAt: Date.UTC(2026, 10, 2, 9),
      receivedAt: Date.UTC(2026, 10, 2, 9, 1),
      sizeBytes: 1_000,
      categories: [],
      hasAttachments: (changes.files ?? []).length > 0,
      isRead: true,
    },
    content: {
      itemId,
      text: changes.text ?? 'Dear customer, it’s 100 % “done”',
      html: '<p>Dear customer</p>',
      headers: 'Subject: x\r\n',
      attachments: changes.files ?? [],
      omitted: [],
    },
    outgoing: changes.outgoing ?? false,
    people: new Map(people.map((person) => [person.address, person])),
    relatedTo: changes.relatedTo ?? null,
    recordId: changes.recordId ?? null,
  };
}
