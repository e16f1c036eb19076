/**
 * What is typed into the form, what is wrong with it before it is sent, and how it goes to the API. The limits and texts are those of
 * `mailboxFormSchema`; the schema itself stays on the server, for its library would weigh on every first load.
 */
import type { MailboxForm } from '../../../api-schema/mailbox.ts';
import type { FormField } from './problem-place.ts';

export type FormValues = Readonly<Record<FormField, string>>;
export type FormErrors = Readonly<Partial<Record<FormField, string>>>;

/** Whether the login has the form `DOMAIN\user`, which does not tell the address. */
export function needsAddress(values: FormValues): boolean {
  return values.login.includes('\\');
}

/** The first complaint per field; empty when the form can be sent. */
export function findErrors(values: FormValues, hostAddress: string | null): FormErrors {
  const errors: Partial<Record<FormField, string>> = {};
  if (values.login.trim() === '') errors.login = 'Enter your login, as user@company or COMPANY\\user.';
  if (values.password === '') errors.password = 'Enter your password.';
  const address = values.address.trim();
  const isAsked = hostAddress === null && needsAddress(values);
  if (isAsked && (values.ewsUrl.trim() === '' || address !== '')) {
    Object.assign(errors, findAddressErrors(address));
  }
  if (!isPlausibleLink(values.ewsUrl.trim())) {
    errors.ewsUrl = 'An EWS link starts with https:// and often ends in /EWS/Exchange.asmx.';
  }
  return errors;
}

/** The complaint about an address that is none. */
export function findAddressErrors(address: string): FormErrors {
  return /^[^\s@]+@[^\s@]+$/.test(address.trim()) ? {} : { address: 'Enter your e-mail address.' };
}

/** The body of the request: what was left empty is left out. The mailbox that the page stands in is always named (A10). */
export function toMailboxForm(values: FormValues, hostAddress: string | null): MailboxForm {
  const address = hostAddress ?? (needsAddress(values) ? values.address.trim() : '');
  const ewsUrl = values.ewsUrl.trim();
  return {
    login: values.login.trim(),
    password: values.password,
    ...(address === '' ? {} : { address }),
    ...(ewsUrl === '' ? {} : { ewsUrl }),
  };
}

/** A host or a link; the server has the last word. Plain http is for trying things out on this machine only. */
function isPlausibleLink(link: string): boolean {
  if (link === '') return true;
  if (/\s/.test(link)) return false;
  const [, scheme = 'https', host = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:]+)/i.exec(link) ?? [];
  const isHere = host === 'localhost' || host === '127.0.0.1';
  return host !== '' && (scheme.toLowerCase() === 'https' || (scheme.toLowerCase() === 'http' && isHere));
}
