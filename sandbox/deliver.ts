/**
 * Puts a mail into somebody's mailbox, on whichever simulated service it is, in one way of speaking: folders by role or path, categories by
 * name. At Gmail both become labels.
 */
import type { Colleague } from './cast.ts';
import type { Services } from './simulated-services.ts';

/** A mail to be put into a folder. */
export interface Delivery {
  /** A role (`inbox`, `sentitems`) or a path below the root (`Inbox/Customers`, `Salesforce Emails`). */
  readonly folder: string;
  readonly raw: Uint8Array;
  readonly receivedAt: number;
  /** Set beside the mail, as only Exchange lets people do; elsewhere the header `Sensitivity` says it. */
  readonly sensitivity?: 'Normal' | 'Personal' | 'Private' | 'Confidential';
  readonly categories?: readonly string[];
}

type Owner = Pick<Colleague, 'address' | 'service'>;

/** Delivers to the owner's service; gives the id of the item there. Throws when the mailbox or the folder does not exist. */
export function deliverTo(services: Services, owner: Owner, mail: Delivery): string {
  const { folder, raw, receivedAt, categories = [] } = mail;
  switch (owner.service) {
    case 'exchange':
      return services.exchange.deliver(owner.address, folder, raw, {
        receivedAt,
        categories: [...categories],
        ...(mail.sensitivity === undefined ? {} : { sensitivity: mail.sensitivity }),
      });
    case 'office365':
      return services.office365.deliver(owner.address, folder, raw, {
        receivedAt,
        categories: [...categories],
      });
    case 'google': {
      const labels = [...labelsOf(folder), ...categories];
      for (const label of categories) makeLabel(services, owner, label);
      return services.google.deliver(owner.address, Buffer.from(raw), { receivedAt, labels });
    }
  }
}

/** Makes a folder and those above it; at Gmail a label of that name. */
export function makeFolder(services: Services, owner: Owner, path: string): void {
  if (owner.service === 'google') makeLabel(services, owner, path);
  else services[owner.service].createFolder(owner.address, path);
}

function makeLabel({ google }: Services, owner: Owner, name: string): void {
  const known = google.snapshot(owner.address).labels;
  if (!known.some((label) => label.name === name || label.id === name))
    google.createLabel(owner.address, name);
}

/** What lies below the Inbox at others is in the Inbox and has a label at Gmail. */
function labelsOf(folder: string): readonly string[] {
  if (folder === 'inbox') return ['INBOX', 'UNREAD'];
  if (folder === 'sentitems') return ['SENT'];
  return folder.startsWith('Inbox/') ? ['INBOX', folder] : [folder];
}
