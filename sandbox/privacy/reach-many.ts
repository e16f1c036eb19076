/**
 * The part of the privacy check's world in which an administrator hands his credentials over: an Exchange service account, an application at Microsoft, a
 * service account's key at Google, and a token for a script. All of it may be found in sealed values alone.
 */
import { COMPANY_DOMAIN, type Colleague } from '../cast.ts';
import type { Services } from '../simulated-services.ts';
import type { Visitor } from '../visitor.ts';
import type { Markers } from './markers.ts';
import type { Secrets } from './secrets.ts';

const LOGIN = 'svc-check';
const CLIENT_ID = 'lockstep-for-all';
const ROLES = [
  'User.Read.All',
  'Mail.ReadWrite',
  'MailboxSettings.ReadWrite',
  'Calendars.ReadWrite',
  'Contacts.ReadWrite',
  'Tasks.ReadWrite.All',
];
const SCOPES = [
  'https://www.googleapis.com/auth/gmail.modify',
  'https://www.googleapis.com/auth/calendar.events',
  'https://www.googleapis.com/auth/contacts',
  'https://www.googleapis.com/auth/tasks',
  'https://www.googleapis.com/auth/gmail.settings.basic',
];

export interface Handing {
  readonly services: Services;
  readonly markers: Markers;
  readonly secrets: Secrets;
  readonly people: readonly Colleague[];
  /** A platform admin, logged in. */
  readonly admin: Visitor;
  readonly ewsUrl: string;
}

/** Hands them over; each is tried with a mailbox, and the lists are read. Rejects when the product does not take one. */
export async function reachMany({
  services,
  markers,
  secrets,
  people,
  admin,
  ewsUrl,
}: Handing): Promise<void> {
  const { exchange, office365, google } = services;
  const sampleOf = (service: Colleague['service']) =>
    people.find((one) => one.service === service)?.address ?? '';
  const password = markers.plant('mailbox-password');
  exchange.addServiceAccount({ userName: LOGIN, password, impersonates: 'all' });
  const clientSecret = markers.plant('client-secret');
  office365.addApplication({ clientId: CLIENT_ID, secrets: [{ value: clientSecret }], roles: ROLES });
  office365.grantAdminConsent(COMPANY_DOMAIN, CLIENT_ID, { roles: ROLES });
  const key = google.addServiceAccount({ email: 'check@lockstep.iam.gserviceaccount.test' });
  google.delegate(COMPANY_DOMAIN, key.client_id, SCOPES);
  const [, line = ''] = key.private_key.split('\n');
  secrets.add({ name: 'google private-key', text: line });
  const forms = [
    { service: 'exchange', login: `CONTOSO\\${LOGIN}`, password, ewsUrl },
    { service: 'office365', tenant: COMPANY_DOMAIN, clientId: CLIENT_ID, clientSecret },
    { service: 'google', keyFile: JSON.stringify(key) },
  ] as const;
  for (const form of forms) {
    const named = { name: `All of ${form.service}`, sampleMailbox: sampleOf(form.service) };
    await admin.call('POST', '/api/admin/accesses', { ...form, ...named });
  }
  const { token } = await admin.call<{ token: string }>('POST', '/api/admin/tokens', {
    ...{ name: 'Check', scopes: ['read'] },
  });
  secrets.add({ name: 'service-token', text: token });
  for (const list of ['users', 'runs', 'issues', 'audit', 'overview'])
    await admin.call('GET', `/api/admin/${list}`);
}
