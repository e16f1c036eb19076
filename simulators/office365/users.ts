/**
 * Users as Graph shows them: by default the few properties it gives unasked, others by `$select`; and the userinfo of
 * OpenID Connect. The wording of refused queries is not from Microsoft's documents.
 * https://learn.microsoft.com/graph/api/resources/user
 */
import { pairwiseId, type UserAccount } from './directory.ts';
import { GraphError } from './errors.ts';
import { authenticate } from './graph-access.ts';
import { answer, type GraphAnswer, type GraphCall } from './graph-call.ts';
import { listPage, readSelect } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';
import type { World } from './world.ts';

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
  'id',
];

function wholeUser(user: UserAccount): Record<string, unknown> {
  const [givenName = '', ...rest] = user.displayName.split(' ');
  const addresses = [`SMTP:${user.mail}`, ...user.aliases.map((alias) => `smtp:${alias}`)];
  return {
    id: user.id,
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
}

function showUser(user: UserAccount, select: ReadonlySet<string> | undefined): Record<string, unknown> {
  const whole = wholeUser(user);
  const wanted = select === undefined ? UNASKED : Object.keys(whole).filter((name) => select.has(name));
  return Object.fromEntries(wanted.map((name) => [name, whole[name]]));
}

export function getUser(call: GraphCall, user: UserAccount): GraphAnswer {
  return answer(call, 'users/$entity', showUser(user, readSelect(call.query)));
}

/** The users of the caller's tenant. */
export async function listUsers(call: GraphCall): Promise<GraphAnswer> {
  const { query: given } = call;
  const filter = given.get('$filter');
  const test = filter === null ? undefined : readODataFilter(filter);
  const isAdvanced = given.has('$search') || /\b(?:endswith|not|ne)\b/i.test(filter ?? '');
  const isEventual = call.headers.get('consistencylevel')?.toLowerCase() === 'eventual';
  if (isAdvanced && !isEventual) {
    throw new GraphError(
      'Request_UnsupportedQuery',
      'Unsupported query. Advanced queries need ConsistencyLevel: eventual.',
      400,
    );
  }
  if (given.has('$skip'))
    throw new GraphError('Request_BadRequest', "'$skip' is not supported by the service.", 400);
  const words = /^"?\w+:(.+?)"?$/.exec(given.get('$search') ?? '')?.[1]?.toLowerCase();
  const users = call.token.tenant.users
    .filter((user) => user.state !== 'deleted')
    .filter((user) => test === undefined || test.test(wholeUser(user)))
    .filter((user) => words === undefined || JSON.stringify(wholeUser(user)).toLowerCase().includes(words));
  const query = new URLSearchParams(given);
  if (!query.has('$top')) query.set('$top', '100');
  const token = given.get('$skiptoken');
  query.delete('$skiptoken');
  if (token !== null) query.set('$skip', Buffer.from(token, 'base64url').toString());
  const page = await listPage({ ...call, query }, 'users', users, (user) =>
    showUser(user, readSelect(call.query)),
  );
  // Directory pages go on with an opaque token, not with a number to skip.
  const next = page.body?.['@odata.nextLink'];
  if (typeof next === 'string' && page.body !== undefined) {
    page.body['@odata.nextLink'] = next.replace(
      /\$skip=(\d+)/,
      (_all, skip: string) => `$skiptoken=${Buffer.from(skip).toString('base64url')}`,
    );
  }
  return page;
}

/** The OpenID Connect userinfo endpoint, which is at Graph. */
export function answerUserInfo(world: World, request: Request): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  try {
    const { user, app } = authenticate(world, request.headers.get('authorization'));
    if (user === undefined)
      throw new GraphError('InvalidAuthenticationToken', 'The token stands for no user.');
    const [givenName = '', ...rest] = user.displayName.split(' ');
    const shown = {
      sub: pairwiseId(user, app),
      name: user.displayName,
      family_name: rest.join(' '),
      given_name: givenName,
    };
    const picture = `${world.graphOrigin}/v1.0/me/photo/$value`;
    return new Response(JSON.stringify({ ...shown, picture, email: user.mail }), { headers });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const body = { error: { code: error.code, message: error.message } };
    return new Response(JSON.stringify(body), {
      status: error.status,
      headers: { ...headers, ...error.headers },
    });
  }
}
