/** The words for who did what (P8). An action that is not known here, of a newer server, shows its own name. Details are codes, names of settings and numbers. */
import type { z } from 'zod';
import type { auditEntrySchema } from '../../../api-schema/administration.ts';

export type AuditEntry = z.infer<typeof auditEntrySchema>;

const verbs: Readonly<Record<string, string>> = {
  made: 'made',
  added: 'added',
  changed: 'changed',
  deleted: 'deleted',
  erased: 'erased from Salesforce',
  assigned: 'assigned',
  enabled: 'enabled',
  disabled: 'disabled',
  applied: 'applied',
  checked: 'checked',
  refused: 'refused by its service',
  recovered: 'working again',
  started: 'started',
  halted: 'halted',
  resumed: 'resumed',
  cancelled: 'cancelled',
  done: 'done',
  ended: 'ended',
  synced: 'asked to sync now',
  reset: 'reset',
  paused: 'paused',
  activated: 'activated',
  deactivated: 'deactivated',
  released: 'let go',
  dropped: 'dropped',
};

export const subjectWords: Readonly<Record<AuditEntry['subject'], string>> = {
  mailbox: 'Mailbox',
  user: 'Person',
  organization: 'Organization',
  license: 'License',
  profile: 'Profile',
  preset: 'Preset',
  access: 'Access',
  rollout: 'Roll-out',
  token: 'Token',
};

const nouns: Readonly<Record<string, string>> = {
  ...subjectWords,
  import: 'Import',
  sessions: 'Sessions',
  settings: 'Settings',
  hold: 'Held deletions',
  person: 'Somebody',
};

/** `Person changed` */
export function sayAction(action: string): string {
  const [noun = '', verb = ''] = action.split('.');
  const said = [nouns[noun], verbs[verb]];
  return said.includes(undefined) ? action : said.join(' ');
}

export function sayActor({ actor, actorName }: AuditEntry): string {
  if (actor === 'product') return 'Lockstep itself';
  if (actor === 'operator') return 'Command line';
  if (actor === 'token') return `Token ${actorName ?? 'that is gone'}`;
  return actorName ?? 'Somebody who is gone';
}

/** `interval: 30, pattern: fixed` */
export function sayDetails({ details }: AuditEntry): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${sayValue(value)}`)
    .join(', ');
}

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
