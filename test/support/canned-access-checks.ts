/** Made-up findings of *Check access* for one person. */
import type { AccessCheck } from '../../src/api-schema/admin/users.ts';
import * as canned from './canned-answers.ts';

export const accessDenied: AccessCheck = {
  mailboxFound: true,
  accessGranted: false,
  crmUserMatched: true,
  addressEqual: false,
  predicted: 'by-himself',
  failure: canned.failure('mailbox.access-denied', 'ErrorImpersonateUserDenied'),
  collections: [],
};

/** Everything is there but two permissions. */
export const accessInPart: AccessCheck = {
  mailboxFound: true,
  accessGranted: true,
  crmUserMatched: true,
  addressEqual: true,
  predicted: 'active',
  failure: null,
  collections: [
    { side: 'mailbox', collection: 'events', failure: null },
    { side: 'mailbox', collection: 'contacts', failure: null },
    {
      side: 'mailbox',
      collection: 'tasks',
      failure: canned.failure('mailbox.app-consent-missing', 'ErrorAccessDenied', ['Tasks.ReadWrite.All']),
    },
    { side: 'crm', collection: 'events', failure: null },
    {
      side: 'crm',
      collection: 'contacts',
      failure: canned.failure('crm.field-missing', null, ['Contact.MailingStreet', 'Contact.Department']),
    },
    { side: 'crm', collection: 'tasks', failure: null },
  ],
};
