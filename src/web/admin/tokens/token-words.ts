/** What a service token may, a sentence for each scope. Pure. */
import type { TokenView } from '../../../api-schema/admin/tokens.ts';

export type TokenScope = TokenView['scopes'][number];

export const scopeWords: readonly (readonly [TokenScope, string])[] = [
  ['read', 'See everything that is listed: people, states, runs, issues, settings, audit. Never a subject.'],
  ['users', 'Bring people in and change them, one or many: enable, disable, sync now, reset, delete, move.'],
  ['profiles', 'Make and change profiles and licenses.'],
  ['settings', 'Change the organization’s settings and the presets, and apply presets.'],
  ['accesses', 'Set up, check and remove ways of reaching mailboxes and Salesforce.'],
  ['rollouts', 'Make, start, halt, resume and cancel roll-outs.'],
];

export const DAYS_MAX = 365;

export interface TokenDraft {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** Empty: everybody. */
  readonly profileId: string;
  readonly days: string;
}

export const emptyToken: TokenDraft = { name: '', scopes: ['read'], profileId: '', days: '90' };

export function findTokenErrors(
  draft: TokenDraft,
): Readonly<Partial<Record<'name' | 'scopes' | 'days', string>>> {
  const days = Number(draft.days);
  const isDays = /^\d+$/.test(draft.days.trim()) && days >= 1 && days <= DAYS_MAX;
  return {
    ...(draft.name.trim() === '' ? { name: 'Give it a name, such as what it is for.' } : {}),
    ...(draft.scopes.length === 0 ? { scopes: 'Choose at least one thing that it may do.' } : {}),
    ...(isDays ? {} : { days: `Enter whole days from 1 to ${DAYS_MAX}.` }),
  };
}
