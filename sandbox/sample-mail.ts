/**
 * The sandbox's own small mail: conversations with customers and everything that the rules leave out, so that a newcomer sees each
 * verdict once. Made from a seed; the same seed gives the same bytes.
 */
import { type Colleague, type Customer, customers } from './cast.ts';
import type { Delivery } from './deliver.ts';

/** A mail to be put into somebody's folder. */
export interface PlacedMail extends Delivery {
  readonly owner: Colleague;
}

interface Person {
  readonly name: string;
  readonly address: string;
}

interface Letter {
  readonly id: string;
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly subject: string;
  readonly text: string;
  readonly at: number;
  readonly inReplyTo?: string;
  readonly headers?: readonly string[];
  /** Replaces the text part: a whole MIME body with its Content-Type line first. */
  readonly body?: string;
}

const HOUR = 3_600_000;
/** Older than the history window of six days. */
const OLD_MS = 40 * 24 * HOUR;
const topics = [
  ['Offer for spring', 'Thank you for your time today. Attached to our talk, here is what we discussed.'],
  ['Delivery dates', 'Could you confirm the dates for the second batch?'],
  ['Your visit next week', 'We look forward to it. Parking is behind the building.'],
  ['Contract draft', 'Two small remarks on the second page, otherwise we agree.'],
  ['Price list', 'Please find the list that is valid from next month.'],
] as const;

/** Mail of the last five days for all colleagues, newest last. */
export function sampleMail(
  colleagues: readonly Colleague[],
  now: number,
  next: () => number,
): readonly PlacedMail[] {
  const mails: PlacedMail[] = [];
  let serial = 0;
  const id = () => {
    serial += 1;
    return `sample-${serial}.${Math.floor(next() * 1e9).toString(36)}@mail.contoso.test`;
  };
  for (const owner of colleagues) {
    for (const [turn, partner] of customers.entries()) {
      const [subject, text] = topics[(turn + owner.name.length) % topics.length] ?? topics[0];
      const at = now - Math.floor((0.5 + next() * 100) * HOUR);
      const question: Letter = { id: id(), from: person(partner), to: [person(owner)], subject, text, at };
      const answer: Letter = {
        id: id(),
        from: person(owner),
        to: [person(partner)],
        subject: `Re: ${subject}`,
        text: `Dear ${partner.firstName},\n\n${text}\n\n${owner.name}`,
        at: at + 0.4 * HOUR,
        inReplyTo: question.id,
      };
      mails.push(inbox(owner, question), sent(owner, answer));
    }
    const boss = colleagues.find((one) => one !== owner) ?? owner;
    mails.push(...specialMail(owner, boss, now, id));
  }
  return [...mails, ...sharedMail(colleagues, now, id)].toSorted((a, b) => a.receivedAt - b.receivedAt);
}

/** One of each kind that a rule leaves out or treats in its own way. */
function specialMail(
  owner: Colleague,
  colleague: Colleague,
  now: number,
  id: () => string,
): readonly PlacedMail[] {
  const kim = person(customers[0] as Customer);
  const stranger = person(customers[6] as Customer);
  const me = person(owner);
  const boss = person(colleague);
  const at = now - 30 * HOUR;
  const letter = (changes: Partial<Letter>): Letter => ({
    id: id(),
    from: kim,
    to: [me],
    subject: 'Hello',
    text: 'Hello again.',
    at,
    ...changes,
  });
  return [
    inbox(owner, letter({ from: boss, subject: 'Lunch?', text: 'At noon, as always.' })),
    {
      ...inbox(owner, letter({ subject: 'Between us', headers: ['Sensitivity: Private'] })),
      sensitivity: 'Private',
    },
    inbox(
      owner,
      letter({ subject: 'Drawings', body: withAttachment('drawing.txt', `Drawing for ${owner.name}`) }),
    ),
    { ...inbox(owner, letter({ from: stranger, subject: 'Chosen by hand' })), folder: 'Salesforce Emails' },
    {
      ...inbox(owner, letter({ from: stranger, subject: 'Chosen by category' })),
      categories: ['Salesforce'],
    },
    inbox(owner, letter({ subject: 'Old matter', at: now - OLD_MS })),
    inbox(
      owner,
      letter({
        from: { name: 'Mail Delivery', address: `postmaster@${kim.address.split('@')[1]}` },
        subject: 'Undeliverable',
        body: bounce(),
      }),
    ),
  ];
}

/** One mail that all colleagues received: it becomes one record. */
function sharedMail(colleagues: readonly Colleague[], now: number, id: () => string): readonly PlacedMail[] {
  const luis = person(customers[2] as Customer);
  const letter: Letter = {
    id: id(),
    from: luis,
    to: colleagues.map(person),
    subject: 'One mail for all of you',
    text: 'Everybody gets this one; Salesforce shows it once.',
    at: now - 5 * HOUR,
  };
  return colleagues.map((owner) => inbox(owner, letter));
}

function inbox(owner: Colleague, letter: Letter): PlacedMail {
  return { owner, folder: 'inbox', raw: render(letter), receivedAt: letter.at };
}

function sent(owner: Colleague, letter: Letter): PlacedMail {
  return { ...inbox(owner, letter), folder: 'sentitems' };
}

function person(of: Colleague | Customer): Person {
  return { name: 'name' in of ? of.name : `${of.firstName} ${of.lastName}`, address: of.address };
}

function render(letter: Letter): Uint8Array {
  const list = (people: readonly Person[]) => people.map((one) => `${one.name} <${one.address}>`).join(', ');
  const lines = [
    `Message-ID: <${letter.id}>`,
    `Date: ${new Date(letter.at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${list([letter.from])}`,
    `To: ${list(letter.to)}`,
    ...(letter.cc === undefined ? [] : [`Cc: ${list(letter.cc)}`]),
    `Subject: ${letter.subject}`,
    ...(letter.inReplyTo === undefined
      ? []
      : [`In-Reply-To: <${letter.inReplyTo}>`, `References: <${letter.inReplyTo}>`]),
    'MIME-Version: 1.0',
    ...(letter.headers ?? []),
    letter.body ?? `Content-Type: text/plain; charset=utf-8\r\n\r\n${letter.text}`,
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

function withAttachment(name: string, content: string): string {
  return [
    'Content-Type: multipart/mixed; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The drawing is attached.',
    '--part',
    `Content-Type: text/plain; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(content).toString('base64'),
    '--part--',
  ].join('\r\n');
}

function bounce(): string {
  return [
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '--part',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.test',
    '--part--',
  ].join('\r\n');
}
