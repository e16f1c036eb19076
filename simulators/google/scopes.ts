/**
 * The scopes this simulator knows, in the form tokens bear them, with what the consent page says of each. Which method
 * needs which scope stands with the methods.
 */

const PREFIX = 'https://www.googleapis.com/auth/';

/** What people read on the consent page, by scope. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  openid: 'Associate you with your personal info on Google',
  [`${PREFIX}userinfo.email`]: 'See your primary Google Account email address',
  [`${PREFIX}userinfo.profile`]: 'See your personal info',
  'https://mail.google.com/': 'Read, compose, send, and permanently delete all your email from Gmail',
  [`${PREFIX}gmail.modify`]: 'Read, compose, and send emails from your Gmail account',
  [`${PREFIX}gmail.readonly`]: 'View your email messages and settings',
  [`${PREFIX}gmail.metadata`]: 'View your email message metadata, but not the email body',
  [`${PREFIX}gmail.labels`]: 'See and edit your email labels',
  [`${PREFIX}gmail.send`]: 'Send email on your behalf',
  [`${PREFIX}gmail.compose`]: 'Manage drafts and send emails',
  [`${PREFIX}gmail.insert`]: 'Add emails into your Gmail mailbox',
  [`${PREFIX}gmail.settings.basic`]: 'See, edit, create, or change your email settings and filters in Gmail',
  [`${PREFIX}gmail.settings.sharing`]: 'Manage your sensitive mail settings',
  [`${PREFIX}calendar`]: 'See, edit, share, and permanently delete all the calendars you can access',
  [`${PREFIX}calendar.readonly`]: 'See and download any calendar you can access',
  [`${PREFIX}calendar.events`]: 'View and edit events on all your calendars',
  [`${PREFIX}calendar.events.readonly`]: 'View events on all your calendars',
  [`${PREFIX}calendar.events.owned`]: 'See, create, change, and delete events on Google calendars you own',
  [`${PREFIX}calendar.events.owned.readonly`]: 'See the events on Google calendars you own',
  [`${PREFIX}calendar.events.freebusy`]: 'See the availability on Google calendars you have access to',
  [`${PREFIX}calendar.events.public.readonly`]: 'See the events on public calendars',
  [`${PREFIX}calendar.app.created`]:
    'Make secondary calendars, and see, create, change, and delete events on them',
  [`${PREFIX}calendar.calendarlist`]: 'See, add, and remove calendars you are subscribed to',
  [`${PREFIX}calendar.calendarlist.readonly`]: 'See the list of Google calendars you are subscribed to',
  [`${PREFIX}calendar.calendars`]:
    'See and change the properties of calendars you can access, and create calendars',
  [`${PREFIX}calendar.calendars.readonly`]:
    'See the title, description and time zone of calendars you can access',
  [`${PREFIX}calendar.acls`]: 'See and change the sharing permissions of calendars you own',
  [`${PREFIX}calendar.acls.readonly`]: 'See the sharing permissions of calendars you own',
  [`${PREFIX}calendar.freebusy`]: 'View your availability in your calendars',
  [`${PREFIX}calendar.settings.readonly`]: 'View your Calendar settings',
  [`${PREFIX}contacts`]: 'See, edit, download, and permanently delete your contacts',
  [`${PREFIX}contacts.readonly`]: 'See and download your contacts',
  [`${PREFIX}contacts.other.readonly`]: 'See and download contact info saved in "Other contacts"',
  [`${PREFIX}directory.readonly`]: "See and download your organization's directory",
  [`${PREFIX}tasks`]: 'Create, edit, organize, and delete all your tasks',
  [`${PREFIX}tasks.readonly`]: 'View your tasks',
  [`${PREFIX}pubsub`]: 'View and manage Pub/Sub topics and subscriptions',
  [`${PREFIX}cloud-platform`]: 'See, edit, configure, and delete your Google Cloud data',
};

const SHORT: Readonly<Record<string, string>> = {
  email: `${PREFIX}userinfo.email`,
  profile: `${PREFIX}userinfo.profile`,
};

const SIGN_IN = new Set(['openid', `${PREFIX}userinfo.email`, `${PREFIX}userinfo.profile`]);

/** A scope by its short name, e.g. `gmail.modify`. */
export function scopeOf(name: string): string {
  return name === 'mail' ? 'https://mail.google.com/' : PREFIX + name;
}

/** The scopes of a space-separated list, each once, `email` and `profile` in their long form. */
export function readScopes(text: string | null): string[] {
  const scopes = (text ?? '').split(/\s+/).filter((scope) => scope !== '');
  return [...new Set(scopes.map((scope) => SHORT[scope] ?? scope))];
}

/** Whether Google would know that scope. */
export function isKnownScope(scope: string): boolean {
  return Object.hasOwn(DESCRIPTIONS, scope);
}

/** What the consent page says of a scope. */
export function describeScope(scope: string): string {
  return DESCRIPTIONS[scope] ?? scope;
}

/** Scopes of signing in, which cannot be unticked. */
export function isSignInScope(scope: string): boolean {
  return SIGN_IN.has(scope);
}

/** Scopes that open mail: a token with one dies when the password changes. */
export function isMailScope(scope: string): boolean {
  return scope === 'https://mail.google.com/' || scope.startsWith(`${PREFIX}gmail.`);
}
