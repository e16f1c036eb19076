/**
 * Fills the mailboxes: with the sandbox's own samples, or with a folder of the reader's, which the first person of each service receives. Of
 * the latter every second sender becomes a contact, by a fixed rule, so that some of the mail is saved and some is not.
 */
import { simpleParser } from 'mailparser';
import { type Colleague, type Customer, domainOfAddress, mailServiceNames } from './cast.ts';
import { companyRecords } from './company-records.ts';
import { deliverTo, makeFolder } from './deliver.ts';
import { loadMail } from './load-mail.ts';
import { sampleMail } from './sample-mail.ts';
import { leftOutOfStep, seedItems } from './seed-items.ts';
import type { Services } from './simulated-services.ts';

export interface Seeded {
  /** Mails put into mailboxes, by address. */
  readonly delivered: ReadonlyMap<string, number>;
  /** Those among them from before the history window, which a service need not list. */
  readonly old: ReadonlyMap<string, number>;
  /** Events, contacts and tasks of each mailbox that are examined and not kept in step, by verdict. */
  readonly leftOutOfStep: Readonly<Record<string, number>>;
  /** The id of the event that a rule of Salesforce refuses, by the address of its mailbox. */
  readonly refused: ReadonlyMap<string, string>;
  /** Mail of the reader's own folder, that somebody of each service received. */
  readonly copies: readonly Copies[];
}

/** One mail in the mailboxes of several services. */
export interface Copies {
  /** Its file, as `loadMail` names it. */
  readonly name: string;
  /** By which copies of it, and other mails, are known as one. */
  readonly messageId: string | null;
  /** The item at each owner. */
  readonly items: readonly { readonly owner: Colleague; readonly itemId: string }[];
}

const MINUTE = 60_000;
const WINDOW_MS = 6 * 24 * 60 * MINUTE;

/** The samples of `sample-mail.ts` and of `seed-items.ts` for everybody. */
export function seedSamples(services: Services, now: number): Seeded {
  const delivered = new Map<string, number>();
  const old = new Map<string, number>();
  for (const one of services.people) makeFolder(services, one, 'Salesforce Emails');
  for (const mail of sampleMail(services.people, now, () => services.random.next())) {
    deliverTo(services, mail.owner, mail);
    countUp(delivered, mail.owner);
    if (mail.receivedAt < now - WINDOW_MS) countUp(old, mail.owner);
  }
  const refused = seedItems(services, services.people, now);
  return { delivered, old, leftOutOfStep, refused, copies: [] };
}

function countUp(counts: Map<string, number>, { address }: Colleague): void {
  counts.set(address, (counts.get(address) ?? 0) + 1);
}

/** The first person of each service that anybody is on. */
export function firstOfEach(people: readonly Colleague[]): readonly Colleague[] {
  return mailServiceNames.flatMap((service) => people.find((one) => one.service === service) ?? []);
}

/** All mail of a folder into the Inboxes of the first person of each service, received so that it all lies in the history window. */
export async function seedFolder(services: Services, folder: string, now: number): Promise<Seeded> {
  const owners = firstOfEach(services.people);
  const mails = await loadMail(folder);
  const senders = new Set<string>();
  const copies: Copies[] = [];
  const stepMs = Math.min(MINUTE, (WINDOW_MS - 60 * MINUTE) / mails.length);
  for (const [at, { name, raw }] of mails.entries()) {
    const receivedAt = Math.floor(now - (mails.length - at) * stepMs);
    const mail = { folder: 'inbox', raw, receivedAt };
    const { sender, messageId } = await readFacts(raw);
    copies.push({
      name,
      messageId,
      items: owners.map((owner) => ({ owner, itemId: deliverTo(services, owner, mail) })),
    });
    if (sender !== null) senders.add(sender);
  }
  companyRecords(
    services.salesforce,
    [...senders]
      .toSorted()
      .filter((_, at) => at % 2 === 0)
      .map(toContact),
  );
  const delivered = new Map(owners.map((one) => [one.address, mails.length]));
  return { delivered, old: new Map(), leftOutOfStep: {}, refused: new Map(), copies };
}

async function readFacts(raw: Uint8Array): Promise<{ sender: string | null; messageId: string | null }> {
  const parsed = await simpleParser(Buffer.from(raw), { skipHtmlToText: true, skipTextToHtml: true }).catch(
    () => null,
  );
  const address = parsed?.from?.value[0]?.address?.toLowerCase() ?? '';
  const isAddress = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(address);
  return { sender: isAddress ? address : null, messageId: parsed?.messageId?.trim() || null };
}

function toContact(address: string): Customer {
  const domain = domainOfAddress(address);
  return { firstName: '', lastName: address.slice(0, 40), address, kind: 'contact', company: domain };
}
