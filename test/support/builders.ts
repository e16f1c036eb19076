/**
 * Small makers of values in the product's words, for tests that care about one or two fields of them.
 */
import { compileRules, type DomainFacts, type Rules } from '../../src/decide/rules.ts';
import type { LookUpResult, Person } from '../../src/model/connector.ts';
import type { Address, EmailHead } from '../../src/model/email.ts';
import type { ItemId, RecordId } from '../../src/model/ids.ts';
import type { KeyPrint, PrintKey } from '../../src/model/link.ts';
import { defaultSettings, type SyncSettings } from '../../src/model/settings.ts';

export const address = (text: string): Address => ({ address: text.toLowerCase(), name: '' });

let items = 0;

/** A received mail from a customer to the mailbox's owner, changed by what is given. */
export function head(changes: Partial<EmailHead> = {}): EmailHead {
  items += 1;
  return {
    itemId: `item-${items}` as ItemId,
    version: 'v1',
    place: 'inbox',
    kind: 'mail',
    sensitivity: 'normal',
    messageId: `<mail-${items}@acme.example>`,
    inReplyTo: null,
    references: [],
    subject: 'Offer for spring',
    from: address('kim@acme.example'),
    to: [address('anna@contoso.example')],
    cc: [],
    bcc: [],
    sentAt: 1_000,
    receivedAt: 2_000,
    sizeBytes: 4_000,
    categories: [],
    hasAttachments: false,
    isRead: false,
    ...changes,
  };
}

export const domainFacts: DomainFacts = {
  isFreeMail: (domain) => domain === 'gmail.com' || domain === 'gmx.example',
  registrableDomain: (domain) => (domain.includes('.') ? domain.split('.').slice(-2).join('.') : null),
};

export function rules(settings: Partial<SyncSettings> = {}, addresses = ['anna@contoso.example']): Rules {
  return compileRules({
    settings: { ...defaultSettings, ...settings },
    addresses,
    historyFrom: 1_500,
    facts: domainFacts,
  });
}

export const printKey: PrintKey = (key) => `print:${key}` as KeyPrint;

export const contact = (text: string, accountId: string | null = '001A'): Person => ({
  kind: 'contact',
  recordId: `003-${text}` as RecordId,
  address: text,
  accountId: accountId as RecordId | null,
});

export function lookUpResult(changes: Partial<LookUpResult> = {}): LookUpResult {
  return { people: [], accounts: [], emails: [], related: new Map(), ...changes };
}
