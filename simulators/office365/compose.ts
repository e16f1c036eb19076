/**
 * Mail out of JSON: what a client says of a draft becomes MIME, and a stored mail becomes a draft again to be edited.
 * The MIME is plain and complete enough for a mail reader; it is not what Exchange Online would write.
 */
import { randomUUID } from 'node:crypto';
import type { AttachedPart, MessageView, Person } from '../shared/message-view.ts';
import { badRequest, GraphError } from './errors.ts';

type Json = Record<string, unknown>;

export interface Draft {
  messageId: string;
  subject: string;
  from: Person | undefined;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  replyTo: Person[];
  importance: string;
  isHtml: boolean;
  content: string;
  headers: { name: string; value: string }[];
  attachments: AttachedPart[];
}

/** A draft with nothing in it. */
export function emptyDraft(from: Person): Draft {
  const lists = { to: [], cc: [], bcc: [], replyTo: [], headers: [], attachments: [] };
  const messageId = `<${randomUUID()}@outlook.test>`;
  return { ...lists, messageId, subject: '', from, importance: 'normal', isHtml: false, content: '' };
}

/** A stored mail as a draft. */
export function draftOf(view: MessageView, messageId: string, importance: string): Draft {
  const { subject, from, to, cc, bcc, replyTo, attachments, html, text } = view;
  const body = { isHtml: html !== undefined, content: html ?? text };
  return { messageId, subject, from, to, cc, bcc, replyTo, importance, ...body, headers: [], attachments };
}

/** The draft with what a JSON message says. Fails with 400 for what has the wrong form. */
export function changeDraft(draft: Draft, given: Json): Draft {
  const changed = { ...draft };
  const { subject, body, importance, internetMessageId, internetMessageHeaders, attachments } = given;
  if (typeof subject === 'string') changed.subject = subject;
  if (typeof importance === 'string') changed.importance = importance.toLowerCase();
  if (typeof internetMessageId === 'string') changed.messageId = internetMessageId;
  if (typeof body === 'object' && body !== null) {
    const { contentType, content } = body as Json;
    changed.isHtml = String(contentType ?? 'text').toLowerCase() === 'html';
    changed.content = String(content ?? '');
  }
  if (given.from !== undefined) changed.from = readPeople([given.from])[0];
  const lists = { to: 'toRecipients', cc: 'ccRecipients', bcc: 'bccRecipients', replyTo: 'replyTo' } as const;
  for (const [name, member] of Object.entries(lists)) {
    if (given[member] !== undefined) changed[name as keyof typeof lists] = readPeople(given[member]);
  }
  if (Array.isArray(internetMessageHeaders)) {
    changed.headers = internetMessageHeaders.map((each: Json | null) => {
      const [name, value] = [String(each?.name), String(each?.value)];
      if (!/^x-/i.test(name)) {
        const text = `The internet message header name '${name}' should start with 'x-' or 'X-'.`;
        throw new GraphError('InvalidInternetMessageHeader', text, 400);
      }
      return { name, value };
    });
  }
  if (Array.isArray(attachments))
    changed.attachments = attachments.map((each: Json | null) => readAttachment(each));
  return changed;
}

/** A fileAttachment's JSON as a part. Fails with 400 for other kinds and missing members. */
export function readAttachment(given: Json | null): AttachedPart {
  const { name, contentType, contentBytes, contentId, isInline, '@odata.type': type } = given ?? {};
  if (typeof type !== 'string' || !/^#?microsoft\.graph\.fileAttachment$/i.test(type)) {
    throw badRequest("The type 'microsoft.graph.attachment' is abstract; a derived type is needed.");
  }
  if (typeof name !== 'string' || typeof contentBytes !== 'string') {
    throw new GraphError('ErrorRequiredPropertyMissing', 'Required property is missing.', 400);
  }
  return {
    name,
    contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
    contentId: typeof contentId === 'string' ? contentId : undefined,
    content: Buffer.from(contentBytes, 'base64'),
    isInline: isInline === true,
    isMessage: false,
  };
}

function readPeople(given: unknown): Person[] {
  if (!Array.isArray(given)) throw badRequest('Cannot read the value of a list of recipients.');
  return given.map((each: Json | null) => {
    const { name, address } = (each?.emailAddress ?? {}) as Json;
    if (typeof address !== 'string')
      throw new GraphError('ErrorInvalidRecipients', 'A recipient is not valid.', 400);
    return { name: typeof name === 'string' ? name : address, address };
  });
}

/** The draft as MIME. `at` is its date. */
export function composeMime(draft: Draft, at: number): Buffer {
  const lines = [
    `Message-ID: ${draft.messageId}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    ...(draft.from === undefined ? [] : [`From: ${person(draft.from)}`]),
    ...people('To', draft.to),
    ...people('Cc', draft.cc),
    ...people('Bcc', draft.bcc),
    ...people('Reply-To', draft.replyTo),
    `Subject: ${encoded(draft.subject)}`,
    ...(draft.importance === 'normal' ? [] : [`Importance: ${draft.importance}`]),
    ...draft.headers.map(({ name, value }) => `${name}: ${oneLine(value)}`),
    'MIME-Version: 1.0',
  ];
  const text = [
    `Content-Type: text/${draft.isHtml ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    folded(Buffer.from(draft.content)),
  ];
  if (draft.attachments.length === 0) return Buffer.from([...lines, ...text, ''].join('\r\n'));
  const mark = `_${randomUUID()}_`;
  const parts = draft.attachments.flatMap((part) => [`--${mark}`, ...partLines(part)]);
  const whole = [
    ...lines,
    `Content-Type: multipart/mixed; boundary="${mark}"`,
    '',
    `--${mark}`,
    ...text,
    ...parts,
    `--${mark}--`,
    '',
  ];
  return Buffer.from(whole.join('\r\n'));
}

function partLines(part: AttachedPart): string[] {
  const name = encoded(part.name ?? 'attachment').replaceAll('"', "'");
  return [
    `Content-Type: ${oneLine(part.contentType)}; name="${name}"`,
    `Content-Disposition: ${part.isInline ? 'inline' : 'attachment'}; filename="${name}"`,
    ...(part.contentId === undefined
      ? []
      : [`Content-ID: <${oneLine(part.contentId).replace(/^<|>$/g, '')}>`]),
    'Content-Transfer-Encoding: base64',
    '',
    folded(part.content),
  ];
}

function people(name: string, list: readonly Person[]): string[] {
  return list.length === 0 ? [] : [`${name}: ${list.map(person).join(',\r\n ')}`];
}

function person({ name, address }: Person): string {
  const plain = oneLine(address);
  return name === '' || name === address ? `<${plain}>` : `${encoded(name, true)} <${plain}>`;
}

function encoded(text: string, isPhrase = false): string {
  const plain = oneLine(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return isPhrase ? `"${plain.replaceAll(/["\\]/g, '')}"` : plain;
  return `=?utf-8?B?${Buffer.from(plain).toString('base64')}?=`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

function folded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/(.{76})(?=.)/g, '$1\r\n');
}
