/** What can be done with people (G2): its words, before, while and after. What it means is said before it is done; the API decides whether it can be. */
import type { UserAction } from '../../../api-schema/admin/users.ts';

export type ActName = UserAction['action'];

interface ActWords {
  /** Of the button, and of the dialog with whom it concerns. */
  readonly verb: string;
  /** While it goes on. */
  readonly doing: string;
  /** What it means for one person. */
  readonly means: string;
  /** Not to be undone: it stands behind the others. */
  readonly isGrave?: true;
  /** Not for profile admins. */
  readonly platformOnly?: true;
}

export const actWords: Readonly<Record<ActName, ActWords>> = {
  'sync-now': {
    verb: 'Sync now',
    doing: 'Asking for runs',
    means: 'A run starts in a moment, instead of at its time.',
  },
  enable: {
    verb: 'Enable',
    doing: 'Enabling sync',
    means: 'Ends an administrator’s pause. What came meanwhile is caught up.',
  },
  disable: {
    verb: 'Disable',
    doing: 'Disabling sync',
    means: 'Pauses sync. Nothing is lost, and each may resume himself.',
  },
  'move-profile': {
    verb: 'Move to a profile',
    doing: 'Moving people',
    means: 'The profile says how mailboxes are reached, which preset holds and who looks after these people.',
  },
  'change-license': {
    verb: 'Change the license',
    doing: 'Changing licenses',
    means: 'The license says how often is synced.',
  },
  'apply-preset': {
    verb: 'Apply a preset',
    doing: 'Applying the preset',
    means: 'Each gets this preset for himself, in place of the one of his profile.',
  },
  reset: {
    verb: 'Reset the mailbox',
    doing: 'Resetting mailboxes',
    means:
      'Switches sync off and takes Lockstep’s categories off the mailbox. Mail and records in the CRM stay.',
    isGrave: true,
  },
  delete: {
    verb: 'Delete',
    doing: 'Deleting people',
    means:
      'Whoever is activated is refused. Mail and records in the CRM stay; links and settings are forgotten.',
    isGrave: true,
  },
  'force-delete': {
    verb: 'Force delete',
    doing: 'Switching off and deleting people',
    means:
      'Switches sync off first, also where it is active. Mail and records in the CRM stay; links and settings are forgotten.',
    isGrave: true,
  },
};

export const actNames = Object.keys(actWords) as readonly ActName[];
