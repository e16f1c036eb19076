/**
 * Every state of the page worth looking at: what the API answers, and what a person does to get there. Used for the accessibility
 * check of each state and for the pictures in docs/images.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Problem } from '../../src/api-schema/problem.ts';
import { openReader, type View } from './browser.ts';
import * as canned from './canned-answers.ts';
import { type CannedApi, problem, type Route } from './canned-api.ts';

export interface PageState {
  readonly name: string;
  readonly path?: string;
  readonly answers: Partial<Record<Route, unknown>>;
  /** Walks to the state and waits until it shows. */
  readonly act: (page: Page) => Promise<void>;
}

const never = () => new Promise<never>(() => undefined);

/** A person with a working mailbox, two issues and a few runs. */
export const working: Partial<Record<Route, unknown>> = {
  'GET /api/session': canned.signedIn(canned.mailbox()),
  'GET /api/mailbox': canned.mailbox(),
  'GET /api/runs': { items: canned.runs, next: 'run-5' },
  'GET /api/issues': { items: canned.issues, next: null },
  'GET /api/settings': canned.settings,
};

const showing = (mailbox: ReturnType<typeof canned.mailbox>): Partial<Record<Route, unknown>> => ({
  ...working,
  'GET /api/session': canned.signedIn(mailbox),
  'GET /api/mailbox': mailbox,
});

const newcomer: Partial<Record<Route, unknown>> = { 'GET /api/session': canned.signedIn(null) };

/** Fills in the form and sends it. */
export async function connect(page: Page, login = 'anna.berg@contoso.example'): Promise<void> {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill('winter-sun');
  await page.getByRole('button', { name: 'Connect to Exchange' }).click();
}

export const refusal = (code: Parameters<typeof canned.failure>[0], more: Partial<Problem> = {}) => {
  const { text, admin } = canned.failure(code);
  return problem(422, code, text, { admin, ...more });
};

/** Sign-in pages that let everybody through at once, and what comes of it. */
export const throughSignIn = (end: unknown): Partial<Record<Route, unknown>> => {
  const begun = { url: '/?consent=canned-consent' };
  return {
    ...newcomer,
    'POST /api/mailbox/office365/consent': begun,
    'POST /api/mailbox/google/consent': begun,
    'POST /api/mailbox/consents/:id/complete': end,
    'GET /api/mailbox': canned.firstSync,
    'GET /api/runs': { items: [], next: null },
    'GET /api/issues': { items: [], next: null },
  };
};

/** Goes to the sign-in page of a service, and is back. */
export async function signInAt(page: Page, displayName: 'Office 365' | 'Gmail'): Promise<void> {
  await choose(page, displayName);
  await page.getByRole('button', { name: `Connect to ${displayName}` }).click();
}

/** Chooses a service in the dialog. */
export async function choose(page: Page, displayName: string): Promise<void> {
  await page.getByRole('radio', { name: displayName }).check();
}

const seen = (page: Page, text: string) => page.getByText(text).first().waitFor();

const beforeActivation: readonly PageState[] = [
  {
    name: 'loading',
    answers: { 'GET /api/session': never },
    act: (page) => page.getByLabel('Loading Lockstep').waitFor(),
  },
  {
    name: 'unreachable',
    answers: { 'GET /api/session': () => 'no connection' },
    act: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'login',
    answers: { 'GET /api/session': canned.signedOut },
    act: (page) => page.getByRole('button', { name: 'Log in with Salesforce' }).waitFor(),
  },
  {
    name: 'login-my-domain',
    path: '/?problem=crm.app-not-allowed',
    answers: { 'GET /api/session': canned.signedOut },
    act: async (page) => {
      await page.getByLabel('My Domain', { exact: true }).check();
      await page.getByRole('button', { name: 'Log in with Salesforce' }).click();
      await seen(page, 'Enter the host of your My Domain');
    },
  },
  { name: 'activation', answers: newcomer, act: (page) => page.getByRole('dialog').waitFor() },
  {
    name: 'activation-more',
    answers: newcomer,
    act: async (page) => {
      await page.getByLabel('Login').fill('CONTOSO\\anna');
      await page.getByLabel('E-mail address').waitFor();
    },
  },
  {
    name: 'connecting',
    answers: { ...newcomer, 'POST /api/mailbox/exchange': never },
    act: async (page) => {
      await connect(page);
      await page.getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'connected',
    answers: {
      ...newcomer,
      'POST /api/mailbox/exchange': { checks: canned.checks, mailbox: canned.firstSync },
      'GET /api/mailbox': canned.firstSync,
      'GET /api/runs': { items: [], next: null },
      'GET /api/issues': { items: [], next: null },
    },
    act: async (page) => {
      await connect(page);
      await page.getByRole('button', { name: 'Done' }).waitFor();
    },
  },
  {
    name: 'wrong-password',
    answers: { ...newcomer, 'POST /api/mailbox/exchange': refusal('mailbox.credentials-rejected') },
    act: async (page) => {
      await connect(page);
      await seen(page, 'did not accept');
    },
  },
  {
    name: 'field-missing',
    answers: {
      ...newcomer,
      'POST /api/mailbox/exchange': refusal('crm.field-missing', {
        fields: ['EmailMessage.MessageIdentifier', 'EmailMessage.Lockstep_Key__c'],
      }),
    },
    act: async (page) => {
      await connect(page);
      await page.getByText('For your administrator').click();
      await seen(page, 'An object or field is missing');
    },
  },
  {
    name: 'skipped',
    answers: newcomer,
    act: async (page) => {
      await page.getByRole('button', { name: 'Skip' }).click();
      await page.getByRole('button', { name: 'Set up sync' }).waitFor();
    },
  },
];

const throughSignInPages: readonly PageState[] = [
  {
    name: 'activation-office365',
    answers: newcomer,
    act: async (page) => {
      await choose(page, 'Office 365');
      await page.locator('summary', { hasText: 'administrator must approve' }).click();
      await page.getByRole('button', { name: 'Copy the link' }).waitFor();
    },
  },
  {
    name: 'activation-gmail',
    answers: newcomer,
    act: async (page) => {
      await choose(page, 'Gmail');
      await page.getByLabel('E-mail address').fill('anna');
      await page.getByRole('button', { name: 'Connect to Gmail' }).click();
      await seen(page, 'Enter your e-mail address.');
    },
  },
  {
    name: 'leaving-for-sign-in',
    answers: { ...newcomer, 'POST /api/mailbox/office365/consent': never },
    act: async (page) => {
      await choose(page, 'Office 365');
      await page.getByRole('button', { name: 'Connect to Office 365' }).click();
      await seen(page, 'Opening the sign-in page');
    },
  },
  {
    name: 'consent-connecting',
    answers: throughSignIn(never),
    act: async (page) => {
      await signInAt(page, 'Gmail');
      await seen(page, 'Take the permission from Gmail');
    },
  },
  {
    name: 'consent-declined',
    answers: throughSignIn(refusal('mailbox.consent-declined')),
    act: async (page) => {
      await signInAt(page, 'Office 365');
      await seen(page, 'The permissions were not granted.');
    },
  },
  {
    name: 'consent-needs-approval',
    answers: throughSignIn(refusal('mailbox.admin-approval-needed', { approvalUrl: canned.APPROVAL_URL })),
    act: async (page) => {
      await signInAt(page, 'Office 365');
      await page.getByRole('alert').getByRole('button', { name: 'Copy the link' }).waitFor();
    },
  },
  {
    name: 'consent-wrong-account',
    answers: throughSignIn(
      refusal('mailbox.wrong-account', {
        accounts: { expected: 'anna.berg@contoso.example', authorised: 'anna.private@mailbox.example' },
      }),
    ),
    act: async (page) => {
      await signInAt(page, 'Gmail');
      await seen(page, 'You signed in as');
    },
  },
  {
    name: 'consent-permission-left-out',
    answers: throughSignIn(
      refusal('mailbox.scope-missing', { fields: ['https://www.googleapis.com/auth/gmail.modify'] }),
    ),
    act: async (page) => {
      await signInAt(page, 'Gmail');
      await seen(page, 'A permission was left out');
    },
  },
  {
    name: 'consent-expired',
    path: '/?problem=api.consent-expired',
    answers: newcomer,
    act: (page) => seen(page, 'Begin it again here.'),
  },
  {
    name: 'grant-ended',
    answers: showing(canned.stopped('google', 'mailbox.grant-ended')),
    // The page behind the dialog has the same button.
    act: (page) =>
      page.getByRole('dialog').getByRole('button', { name: 'Sign in with Google again' }).waitFor(),
  },
  {
    name: 'grant-ended-skipped',
    answers: showing(canned.stopped('office365', 'mailbox.grant-ended')),
    act: async (page) => {
      await page.getByRole('button', { name: 'Skip' }).click();
      await page.getByRole('button', { name: 'Sign in to Office 365 again' }).waitFor();
    },
  },
  {
    name: 'approval-needed-skipped',
    answers: showing(canned.stopped('office365', 'mailbox.admin-approval-needed')),
    act: async (page) => {
      await page.getByRole('button', { name: 'Skip' }).click();
      await page.getByRole('button', { name: 'Copy the link' }).waitFor();
    },
  },
  {
    name: 'approved',
    path: '/?approval=approved',
    answers: {},
    act: (page) => page.getByRole('heading', { name: 'Lockstep is approved' }).waitFor(),
  },
  {
    name: 'approval-declined',
    path: '/?approval=declined',
    answers: {},
    act: (page) => page.getByRole('heading', { name: 'Lockstep was not approved' }).waitFor(),
  },
];

const afterActivation: readonly PageState[] = [
  {
    name: 'first-sync',
    answers: {
      ...showing(canned.firstSync),
      'GET /api/runs': { items: [canned.firstSync.lastRun], next: null },
      'GET /api/issues': { items: [], next: null },
    },
    act: (page) => seen(page, 'None. Every mail'),
  },
  {
    name: 'status',
    answers: working,
    act: async (page) => {
      await seen(page, 'A rule in your Salesforce');
      await seen(page, '35 minutes ago');
    },
  },
  {
    name: 'status-unfolded',
    answers: {
      ...working,
      'POST /api/mailbox/sync-now': problem(429, 'api.too-soon', 'Wait a little.', { retryAfterSeconds: 42 }),
    },
    act: async (page) => {
      await page.locator('summary', { hasText: '1 hour ago' }).first().click();
      await page.getByRole('button', { name: 'Sync now' }).click();
      await seen(page, 'You can sync again at');
    },
  },
  {
    name: 'menu',
    answers: working,
    act: async (page) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    },
  },
  {
    name: 'lists-waiting-and-refused',
    answers: {
      ...working,
      'GET /api/runs': never,
      'GET /api/issues': problem(403, 'api.not-allowed', 'You may not see these.'),
    },
    act: (page) => seen(page, 'You may not see these.'),
  },
  {
    name: 'authorization-required',
    answers: showing(canned.refused),
    act: (page) => page.getByRole('dialog', { name: 'Connect your mailbox again' }).waitFor(),
  },
  {
    name: 'authorization-required-skipped',
    answers: showing(canned.refused),
    act: async (page) => {
      await page.getByRole('button', { name: 'Skip' }).click();
      await page.getByRole('button', { name: 'Connect again' }).waitFor();
    },
  },
  {
    name: 'settings',
    path: '/#/settings',
    answers: working,
    act: (page) => page.getByRole('button', { name: 'Save' }).waitFor(),
  },
  {
    name: 'settings-complaint',
    path: '/#/settings',
    answers: { ...working, 'GET /api/settings': { ...canned.settings, mayEditOrganization: true } },
    act: async (page) => {
      await page.getByLabel('My list').fill('family.example\nnot an address');
      await page.getByRole('button', { name: 'Save' }).click();
      await seen(page, 'Line 2');
    },
  },
];

export const pageStates: readonly PageState[] = [
  ...beforeActivation,
  ...throughSignInPages,
  ...afterActivation,
];

/** Opens the page in a state for one reader; the caller closes the context. `complaints` gathers what the browser objects to. */
export async function openState(
  browser: Browser,
  api: CannedApi,
  state: Pick<PageState, 'path' | 'answers'>,
  view: View,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] }> {
  api.answers.clear();
  for (const [route, answer] of Object.entries(state.answers)) api.answers.set(route as Route, answer);
  api.requests.length = 0;
  const context = await openReader(browser, view);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isRefusal = /Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(api.origin)) complaints.push(`asked ${request.url()}`);
  });
  await page.clock.setFixedTime(canned.NOW);
  await page.goto(`${api.origin}${state.path ?? '/'}`);
  return { context, page, complaints };
}
