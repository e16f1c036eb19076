/**
 * Users as Graph shows them: by default the few properties it gives unasked, others by `$select`.
 * https://learn.microsoft.com/graph/api/resources/user
 */
import type { UserAccount } from './directory.ts';
import { answer, type GraphAnswer, type GraphCall } from './graph-call.ts';
import { listPage, readSelect } from './odata.ts';

const UNASKED = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

export function showUser(
  user: UserAccount,
  select: ReadonlySet<string> | undefined,
): Record<string, unknown> {
  const [givenName = '', ...rest] = user.displayName.split(' ');
  const addresses = [`SMTP:${user.mail}`, ...user.aliases.map((alias) => `smtp:${alias}`)];
  const whole: Record<string, unknown> = {
    businessPhones: [],
    displayName: user.displayName,
    givenName,
    jobTitle: null,
    mail: user.mail,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: rest.join(' '),
    userPrincipalName: user.upn,
    accountEnabled: user.state !== 'disabled',
    proxyAddresses: addresses,
    otherMails: [],
    mailNickname: user.mail.split('@')[0],
    userType: 'Member',
  };
  const wanted = select === undefined ? UNASKED : Object.keys(whole).filter((name) => select.has(name));
  const shown = Object.fromEntries(wanted.map((name) => [name, whole[name]]));
  return select === undefined || select.has('id') ? { ...shown, id: user.id } : shown;
}

export function getUser(call: GraphCall, user: UserAccount): GraphAnswer {
  return answer(call, 'users/$entity', showUser(user, readSelect(call.query)));
}

/** The users of the caller's tenant. */
export function listUsers(call: GraphCall): Promise<GraphAnswer> {
  const users = call.token.tenant.users.filter((user) => user.state !== 'deleted');
  const query = new URLSearchParams(call.query);
  if (!query.has('$top')) query.set('$top', '100');
  return listPage({ ...call, query }, 'users', users, (user) => showUser(user, readSelect(call.query)));
}
