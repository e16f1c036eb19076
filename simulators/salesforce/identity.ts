/**
 * The identity url (`/id/ORG/USER`) and `/services/oauth2/userinfo`: who a token belongs to and where his data is.
 */
import { normalizeId } from './ids.ts';
import { json } from './oauth.ts';
import type { UserAccount } from './organization.ts';
import type { Session } from './sessions.ts';
import { rowOf, textOf } from './store.ts';

/** Answers the identity url. Refuses in plain text with 403, as Salesforce does. */
export function answerIdentity(path: string, session: Session | undefined, loginOrigin: string): Response {
  const [, , organizationId = '', userId = ''] = path.split('/');
  if (session === undefined) return new Response('Bad_OAuth_Token', { status: 403 });
  const { user } = session;
  if (normalizeId(organizationId) !== user.organization.id) return new Response('Wrong_Org', { status: 403 });
  if (normalizeId(userId) !== user.id) return new Response('Missing_OAuth_Token', { status: 403 });
  return json(200, describeIdentity(user, loginOrigin));
}

/** Answers userinfo (OpenID Connect). */
export function answerUserInfo(session: Session | undefined, loginOrigin: string): Response {
  if (session === undefined) return new Response('Bad_OAuth_Token', { status: 403 });
  const identity = describeIdentity(session.user, loginOrigin);
  return json(200, {
    ...identity,
    sub: identity.id,
    preferred_username: identity.username,
    name: identity.display_name,
    given_name: identity.first_name,
    family_name: identity.last_name,
    zoneinfo: identity.timezone,
  });
}

function describeIdentity(user: UserAccount, loginOrigin: string) {
  const row = rowOf(user, 'User', user.id);
  const instance = user.organization.instanceOrigin;
  const rest = `${instance}/services/data/v{version}/`;
  return {
    id: `${loginOrigin}/id/${user.organization.id}/${user.id}`,
    asserted_user: true,
    user_id: user.id,
    organization_id: user.organization.id,
    username: user.username,
    nick_name: user.username.split('@')[0] ?? '',
    display_name: user.displayName,
    email: user.email,
    email_verified: true,
    first_name: textOf(row, 'FirstName'),
    last_name: textOf(row, 'LastName'),
    timezone: textOf(row, 'TimeZoneSidKey') || 'Europe/London',
    photos: { picture: `${instance}/profilephoto/005/F`, thumbnail: `${instance}/profilephoto/005/T` },
    is_salesforce_integration_user: false,
    urls: {
      enterprise: `${instance}/services/Soap/c/{version}/${user.organization.id.slice(0, 15)}`,
      rest,
      sobjects: `${rest}sobjects/`,
      search: `${rest}search/`,
      query: `${rest}query/`,
      recent: `${rest}recent/`,
      profile: `${instance}/${user.id}`,
      custom_domain: instance,
    },
    active: user.active,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    utcOffset: 0,
    last_modified_date: textOf(row, 'LastModifiedDate'),
    is_app_installed: true,
  };
}
