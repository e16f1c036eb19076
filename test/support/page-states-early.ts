/** States of the pages up to the first start: logging in, connecting, the check and the preview. */
import * as canned from './canned-answers.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import * as life from './canned-life.ts';
import {
  choose,
  click,
  connect,
  connecting,
  leftAtPreview,
  never,
  newcomer,
  type PageState,
  refusal,
  seen,
  showing,
  signInAt,
  throughSignIn,
} from './page-acts.ts';

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
    name: 'preview',
    answers: connecting,
    act: async (page) => {
      await connect(page);
      await seen(page, '412 mails would be saved, 1,930 would not');
    },
  },
  {
    name: 'preview-counting',
    answers: {
      ...leftAtPreview,
      'POST /api/mailbox/preview': [life.progressLine, UNFINISHED],
    },
    act: (page) => seen(page, 'Counting mails: 640 of 2,351'),
  },
  {
    name: 'preview-refused',
    answers: {
      ...leftAtPreview,
      'POST /api/mailbox/preview': [{ kind: 'problem', problem: refusal('mailbox.throttled') }],
    },
    act: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'not-started',
    answers: leftAtPreview,
    act: async (page) => {
      await click(page, 'Later');
      await page.getByRole('button', { name: 'See the preview' }).waitFor();
    },
  },
  {
    name: 'connected-again',
    answers: {
      ...showing(canned.refused),
      'POST /api/mailbox/exchange': { checks: canned.checks, mailbox: canned.mailbox() },
    },
    act: async (page) => {
      await connect(page);
      await page.getByRole('button', { name: 'Done' }).waitFor();
    },
  },
  {
    name: 'check-failed',
    answers: {
      ...newcomer,
      'POST /api/mailbox/exchange': refusal('mailbox.access-denied', {
        checks: [
          ...canned.checks.slice(0, 2),
          { capability: 'read-mail', ok: false, failure: canned.failure('mailbox.access-denied') },
        ],
      }),
    },
    act: async (page) => {
      await connect(page);
      await page.getByRole('list', { name: 'What was checked' }).waitFor();
    },
  },
  {
    name: 'other-mailbox-refused',
    answers: {
      ...showing(canned.refused),
      'POST /api/mailbox/exchange': problem(
        409,
        'mailbox.wrong-account',
        'This is another mailbox than the one that is connected.',
        { accounts: { expected: 'anna.berg@contoso.example', authorised: 'ben.ochs@contoso.example' } },
      ),
    },
    act: async (page) => {
      await connect(page);
      await page.getByRole('button', { name: 'Change the mailbox' }).waitFor();
    },
  },
  {
    name: 'activation-also-by-consent',
    answers: {
      ...newcomer,
      'GET /api/session': canned.signedIn(
        null,
        canned.services.map((one) => (one.service === 'exchange' ? { ...one, alsoByConsent: true } : one)),
      ),
    },
    act: (page) => page.getByRole('button', { name: 'Sign in with your organization' }).waitFor(),
  },
  {
    name: 'activation-in-host',
    answers: newcomer,
    host: { kind: 'outlook', mailboxAddress: 'anna@contoso.example', mail: null },
    act: (page) => page.getByRole('dialog').waitFor(),
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

export const earlyStates: readonly PageState[] = [...beforeActivation, ...throughSignInPages];
