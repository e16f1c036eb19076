/**
 * Fills the mailboxes: with the sandbox's own samples, or with a folder of the reader's. For the latter every second sender becomes a
 * contact, by a fixed rule, so that some of the mail is saved and some is not.
 */
import { simpleParser } from 'mailparser';
import { type Colleague, type Customer, colleagues, domainOfAddress } from './cast.ts';
import { companyRecords } from './company-records.ts';
import { loadMail } from './load-mail.ts';
import { sampleMail } from './sample-mail.ts';
import type { Services } from './simulated-services.ts';

export interface Seeded {
  /** Mails put into mailboxes, by address. */
  readonly delivered: ReadonlyMap<string, number>;
}

const MINUTE = 60_000;

/** The samples of `sample-mail.ts` for everybody. */
export function seedSamples(services: Services, now: number): Seeded {
  const delivered = new Map<string, number>();
  for (const one of colleagues) services.exchange.createFolder(one.address, 'Salesforce Emails');
  for (const mail of sampleMail(now, () => services.random.next())) {
    services.exchange.deliver(mail.mailbox, mail.folder, mail.raw, {
      receivedAt: mail.receivedAt,
      ...(mail.sensitivity === undefined ? {} : { sensitivity: mail.sensitivity }),
      ...(mail.categories === undefined ? {} : { categories: [...mail.categories] }),
    });
    delivered.set(mail.mailbox, (delivered.get(mail.mailbox) ?? 0) + 1);
  }
  return { delivered };
}

/** All mail of a folder into the first colleague's Inbox, received one a minute up to now. */
export async function seedFolder(services: Services, folder: string, now: number): Promise<Seeded> {
  const owner = services.people[0] as Colleague;
  const mails = await loadMail(folder);
  const senders = new Set<string>();
  for (const [at, mail] of mails.entries()) {
    const receivedAt = now - (mails.length - at) * MINUTE;
    services.exchange.deliver(owner.address, 'inbox', mail.raw, { receivedAt });
    const sender = await readSender(mail.raw);
    if (sender !== null) senders.add(sender);
  }
  companyRecords(
    services.salesforce,
    [...senders]
      .toSorted()
      .filter((_, at) => at % 2 === 0)
      .map(toContact),
  );
  return { delivered: new Map([[owner.address, mails.length]]) };
}

async function readSender(raw: Uint8Array): Promise<string | null> {
  const parsed = await simpleParser(Buffer.from(raw), { skipHtmlToText: true, skipTextToHtml: true }).catch(
    () => null,
  );
  const address = parsed?.from?.value[0]?.address?.toLowerCase() ?? '';
  return /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(address) ? address : null;
}

function toContact(address: string): Customer {
  const domain = domainOfAddress(address);
  return { firstName: '', lastName: address.slice(0, 40), address, kind: 'contact', company: domain };
}
