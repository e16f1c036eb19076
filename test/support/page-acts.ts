/** What a person does on the pages, as tests and pictures walk them, and the answers that several states stand on. */
import type { Page } from 'playwright-core';
import type { Problem } from '../../src/api-schema/problem.ts';
import * as canned from './canned-answers.ts';
import { problem, type Route } from './canned-api.ts';
import { noHolds } from './canned-holds.ts';
import * as life from './canned-life.ts';
import { onlyThisSession } from './canned-sessions.ts';

export type Answers = Partial<Record<Route, unknown>>;

export interface PageState {
  readonly name: string;
  readonly path?: string;
  readonly answers: Answers;
  /** Where the page stands, if not alone in a browser. */
  readonly host?: CannedHost;
  /** Walks to the state and waits until it shows. */
  readonly act: (page: Page) => Promise<void>;
}

/** Never answered. */
export const never = () => new Promise<never>(() => undefined);

/** A person with a working mailbox, two issues and a few runs. */
export const working: Answers = {
  'GET /api/session': canned.signedIn(canned.mailbox()),
  'GET /api/mailbox': canned.mailbox(),
  'GET /api/runs': { items: canned.runs, next: 'run-5' },
  'GET /api/issues': { items: canned.issues, next: null },
  'GET /api/holds': noHolds,
  'GET /api/sessions': onlyThisSession,
  'GET /api/settings': canned.settings,
  'GET /api/mails/recent': life.recentMails,
  'POST /api/mails/explain': life.explanation,
  'GET /api/runs/:id/records': life.created,
};

/** The same person with a mailbox in another state. */
export const showing = (mailbox: ReturnType<typeof canned.mailbox>): Answers => ({
  ...working,
  'GET /api/session': canned.signedIn(mailbox),
  'GET /api/mailbox': mailbox,
});

export const newcomer: Answers = {
  'GET /api/session': canned.signedIn(null),
  'GET /api/settings': canned.settings,
};

const emptyLists: Answers = {
  'GET /api/runs': { items: [], next: null },
  'GET /api/issues': { items: [], next: null },
};

const previewed = ({ body }: { readonly body: unknown }) =>
  life.previewLines((body as { windowDays: number }).windowDays);

/** A person who connects for the first time, looks at the preview and starts. */
export const connecting: Answers = {
  ...newcomer,
  ...emptyLists,
  'POST /api/mailbox/exchange': life.connectedOnly,
  'GET /api/mailbox': life.notStarted,
  'POST /api/mailbox/preview': previewed,
  'POST /api/mailbox/start': { mailbox: canned.firstSync },
};

/** A mailbox that was connected and left before *Start*. */
export const leftAtPreview: Answers = { ...showing(life.notStarted), 'POST /api/mailbox/preview': previewed };

export const refusal = (code: Parameters<typeof canned.failure>[0], more: Partial<Problem> = {}) => {
  const { text, admin } = canned.failure(code);
  return problem(422, code, text, { admin, ...more });
};

/** Sign-in pages that let everybody through at once, and what comes of it. */
export const throughSignIn = (end: unknown): Answers => {
  const begun = { url: '/?consent=canned-consent' };
  return {
    ...connecting,
    'POST /api/mailbox/exchange/consent': begun,
    'POST /api/mailbox/office365/consent': begun,
    'POST /api/mailbox/google/consent': begun,
    'POST /api/mailbox/consents/:id/complete': end,
  };
};

/** Fills in the form and sends it. */
export async function connect(page: Page, login = 'anna.berg@contoso.example'): Promise<void> {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill('winter-sun');
  await page.getByRole('button', { name: 'Connect to Exchange' }).click();
}

/** Goes to the sign-in page of a service, and is back. */
export async function signInAt(page: Page, displayName: 'Office 365' | 'Gmail'): Promise<void> {
  await choose(page, displayName);
  await page.getByRole('button', { name: `Connect to ${displayName}` }).click();
}

/** Chooses a service in the dialog. */
export async function choose(page: Page, displayName: string): Promise<void> {
  await page.getByRole('radio', { name: displayName }).check();
}

export const seen = (page: Page, text: string) => page.getByText(text).first().waitFor();

export const click = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click();

/** Chooses an item of the ☰ menu. */
export async function fromMenu(page: Page, name: string): Promise<void> {
  await click(page, 'Menu');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** A host beside the page: its mailbox, its open mail, and what its dialogs come back with. */
export interface CannedHost {
  readonly kind: 'outlook' | 'gmail';
  readonly mailboxAddress: string | null;
  readonly mail: { readonly itemId: string; readonly subject: string } | null;
  readonly message?: { readonly token?: string; readonly consentId?: string; readonly problem?: string };
}

/** Runs in the page, before anything of it. `lockstepTest.openMail` opens another mail, `lockstepTest.opened` lists the dialogs. */
export function installHost({ kind, mailboxAddress, mail, message }: CannedHost): void {
  const named = (one: CannedHost['mail']) =>
    one === null ? null : { name: { itemId: one.itemId }, subject: one.subject };
  let open = named(mail);
  const listeners = new Set<() => void>();
  const opened: string[] = [];
  const host = {
    kind,
    mailboxAddress,
    openMail: () => open,
    subscribe(changed: () => void) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    beginForm: async () => ({}),
    endForm: () => undefined,
    async openDialog(url: string) {
      opened.push(url);
      return {
        token: message?.token ?? null,
        consentId: message?.consentId ?? null,
        problem: message?.problem ?? null,
      };
    },
  };
  Object.assign(globalThis, {
    lockstepHost: host,
    lockstepTest: {
      opened,
      openMail(next: CannedHost['mail']) {
        open = named(next);
        for (const changed of listeners) changed();
      },
    },
  });
}
