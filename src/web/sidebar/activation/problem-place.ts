/** At which field of the form a problem belongs, so that its text stands there and the focus goes there. */
import type { Problem } from '../../../api-schema/problem.ts';

export type FormField = 'login' | 'password' | 'address' | 'ewsUrl';
export const formFields: readonly FormField[] = ['login', 'password', 'address', 'ewsUrl'];

const places: Readonly<Record<string, FormField>> = {
  'mailbox.credentials-rejected': 'password',
  'mailbox.password-expired': 'password',
  'mailbox.not-found': 'login',
  'mailbox.not-exchange': 'ewsUrl',
  'mailbox.link-not-allowed': 'ewsUrl',
  'mailbox.autodiscover-failed': 'ewsUrl',
};

/** The field whose value must change, or null when the remedy lies elsewhere and the text belongs above the form. */
export function placeOf(problem: Problem): FormField | null {
  if (problem.code === 'api.invalid-input') {
    return formFields.find((field) => problem.fields?.includes(field)) ?? null;
  }
  return places[problem.code] ?? null;
}
