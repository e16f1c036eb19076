/** The catalogue's entries about why somebody cannot be switched on by an administrator. `catalogue.ts` joins them with the others. */
import { type CatalogueEntry, entry } from './catalogue-entry.ts';

export const provisioningEntries = {
  'mailbox.no-address': entry(
    'mailbox',
    'mailbox-unavailable',
    'operator',
    'Nobody has said which mailbox is yours. Connect it yourself, or ask your administrator to name it.',
    'No mailbox address is known for this person. Users, the person, Mailbox address: enter it; or import him again with a column mailbox_address, or from Salesforce, which brings his e-mail address along.',
  ),
  'crm.user-not-found': entry(
    'crm',
    'mailbox-unavailable',
    'crm-admin',
    'Your Salesforce user was not found. Ask your Salesforce administrator.',
    'Salesforce has no standard user of this id: it was deleted with its organization, is a portal user, or the connected user may not see it. Setup, Users: compare; then import the person again.',
  ),
  'lockstep.address-differs': entry(
    'lockstep',
    'mailbox-unavailable',
    'crm-admin',
    'The e-mail address of your Salesforce user is not one of your mailbox’s. Connect the mailbox yourself, or ask your administrator.',
    'The Email of the Salesforce user is none of the mailbox’s addresses, so it may be somebody else’s mailbox. Setup, Users, the user, Email: correct it; or name the right mailbox at the person; or add the address to the mailbox as an alias.',
  ),
  'lockstep.address-in-use': entry(
    'lockstep',
    'mailbox-unavailable',
    'operator',
    'This mailbox is connected by another person already. Ask your administrator.',
    'Another person here has a mailbox of this address. Users, search for the address: deactivate it there, or name the right mailbox at this person.',
  ),
  'lockstep.no-mail-access': entry(
    'lockstep',
    'mailbox-unavailable',
    'user',
    'Your administrator lets everybody connect his own mailbox. Connect yours.',
    'The person’s profile has no access to mailboxes, or he has no profile. Profiles, the profile, Mailbox access: choose one; or leave it to each person.',
  ),
  'lockstep.switched-off': entry(
    'lockstep',
    'mailbox-unavailable',
    'user',
    'Sync was switched off for this mailbox. Connect it again when you want it back.',
    'Sync was deactivated for this person’s mailbox, and nobody but he switches it on again. Ask him to connect it.',
  ),
} as const satisfies Record<string, CatalogueEntry>;
