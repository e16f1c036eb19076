/**
 * Permission names as they are asked for and granted: with or without Microsoft Graph's address before them, letter case
 * ignored, `.default`, and which of them only an administrator grants.
 */
import type { World } from './world.ts';

const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);
/** Microsoft Graph by its addresses in all clouds and by its application id. */
const GRAPH = [
  'https://graph.microsoft.com/',
  'https://graph.microsoft.us/',
  'https://dod-graph.microsoft.us/',
  'https://microsoftgraph.chinacloudapi.cn/',
  '00000003-0000-0000-c000-000000000000/',
];
const CASED = [
  'User.Read',
  'User.ReadBasic.All',
  'User.Read.All',
  'Mail.Read',
  'Mail.ReadWrite',
  'Mail.Send',
  'Mail.Read.Shared',
  'MailboxSettings.Read',
  'MailboxSettings.ReadWrite',
  'Calendars.Read',
  'Calendars.ReadWrite',
  'Contacts.Read',
  'Contacts.ReadWrite',
  'Tasks.Read',
  'Tasks.Read.All',
  'Tasks.ReadWrite',
  'Tasks.ReadWrite.All',
];
const BY_LOWER_CASE = new Map([...OPENID, ...CASED].map((name) => [name.toLowerCase(), name]));

/** The scopes of a `scope` parameter by their short names; undefined when one belongs to something other than Graph. */
export function readScopes(world: World, parameter: string): string[] | undefined {
  const prefixes = [...GRAPH, `${world.graphOrigin}/`].map((prefix) => prefix.toLowerCase());
  const scopes: string[] = [];
  for (const given of parameter.split(/\s+/).filter((each) => each !== '')) {
    const prefix = prefixes.find((each) => given.toLowerCase().startsWith(each));
    const name = prefix === undefined ? given : given.slice(prefix.length);
    if (name.includes('://') || name === '') return undefined;
    scopes.push(name === '.default' ? name : (BY_LOWER_CASE.get(name.toLowerCase()) ?? name));
  }
  return [...new Set(scopes)];
}

/** Whether the scope is about signing in and not about Graph. */
export function isOpenId(scope: string): boolean {
  return OPENID.has(scope);
}

/** Whether an ordinary user can never grant the scope. */
export function isForAdmins(scope: string): boolean {
  return scope.endsWith('.All') && scope !== 'User.ReadBasic.All';
}

/** Whether somebody with `granted` has `wanted`: itself, or its ReadWrite form. */
export function covers(granted: ReadonlySet<string>, wanted: string): boolean {
  return granted.has(wanted) || granted.has(wanted.replace(/\.Read(?=$|\.All$)/, '.ReadWrite'));
}
