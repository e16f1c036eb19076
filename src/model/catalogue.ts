/**
 * The one catalogue of failures (N2): code, kind, whose side, who can mend it, and what happened and what to do in two voices.
 * E-mails, pages, API and docs all read it; none but this and the entries beside it words a failure. Codes are stable: API value, docs anchor, test name.
 */
import { type CatalogueEntry, entry } from './catalogue-entry.ts';
import { crmEntries } from './crm-entries.ts';
import { itemEntries, mailboxEntries } from './mailbox-entries.ts';
import { provisioningEntries } from './provisioning-entries.ts';

const lockstepEntries = {
  'lockstep.internal': entry(
    'lockstep',
    'transient',
    'operator',
    'The sync service had a fault of its own and tries again. The operator has been told.',
    'An unexpected error inside Lockstep; the log names the place.',
  ),
  'lockstep.interrupted': entry(
    'lockstep',
    'throttled',
    'nobody',
    'The run was interrupted and goes on with the next one.',
  ),
  'lockstep.credentials-forgotten': entry(
    'lockstep',
    'authorization-revoked',
    'user',
    'The sync service was restarted and keeps no logins on disk, so it has forgotten yours. Log in to Salesforce and connect your mailbox again; nothing else is lost.',
    'CREDENTIALS=memory: logins live in the memory of the process alone and are gone after a restart. Everybody authorises again; CREDENTIALS=sealed keeps them across restarts.',
  ),
  'lockstep.being-saved-elsewhere': entry(
    'lockstep',
    'bad-item',
    'nobody',
    "A colleague's sync is saving the same at this moment; the next run links it.",
  ),
  'lockstep.changed-on-both-sides': entry(
    'lockstep',
    'bad-item',
    'user',
    'You changed this in the mailbox and in Salesforce at the same time. The newer change was kept; look whether the fields beside this text are right.',
    'Both sides changed the same field since the last run; the newer change won (an event in the mailbox wins a tie). The named fields lost theirs on the other side.',
  ),
  'lockstep.missed': entry(
    'lockstep',
    'bad-item',
    'nobody',
    'The daily check found this mail missing in Salesforce; the next run saves it.',
    'The daily comparison by ids found an eligible mail without a link. It is read again with the next run.',
  ),
  'lockstep.profile-disabled': entry(
    'lockstep',
    'quota-or-licence',
    'operator',
    'An administrator has switched sync off for everybody of your profile. It goes on by itself when he switches it on again; ask him if you need it sooner.',
    'The person’s profile is disabled in the console: nobody of it is synced, and nobody may resume or activate. Enable the profile, or move the person to another one.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

const entries = {
  ...mailboxEntries,
  ...itemEntries,
  ...crmEntries,
  ...lockstepEntries,
  ...provisioningEntries,
} as const;

/** A stable, dotted code of the catalogue. */
export type FailureCode = keyof typeof entries;

export const catalogue: Readonly<Record<FailureCode, CatalogueEntry>> = entries;

/** All codes, in the order of the catalogue. */
export const failureCodes = Object.keys(entries) as readonly FailureCode[];

/** Whether a string from outside (a row, a request) is a code of the catalogue. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(entries, text);
}
