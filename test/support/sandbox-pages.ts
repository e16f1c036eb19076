/**
 * What a person does in a real browser at the sandbox: logs in with Salesforce, chooses a mail service, and passes the sign-in and consent pages of
 * the simulated Microsoft and Google. What the product then says is the test's to look at.
 */
import type { Browser, Page } from 'playwright-core';
import { type MailServiceName, SANDBOX_PASSWORD, serviceWords } from '../../sandbox/cast.ts';
import { openReader } from './browser.ts';

const PATIENCE_MS = 90_000;

/** A page of somebody who was never there before. */
export async function openSandboxPage(browser: Browser, url: string, width: number): Promise<Page> {
  const reader = await openReader(browser, { width });
  const page = await reader.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  return page;
}

/** Salesforce asks for permission once; who gave it before comes back at once. */
export async function logInWithSalesforce(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: 'Log in with Salesforce' }).click();
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(SANDBOX_PASSWORD);
  await page.getByRole('button', { name: 'Log In' }).click();
  const allow = page.getByRole('button', { name: 'Allow' });
  await allow.or(page.locator('footer')).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.locator('footer').waitFor();
}

/** Fills the form of Exchange and connects. */
export async function connectToExchange(
  page: Page,
  form: { readonly login: string; readonly password: string; readonly link: string },
): Promise<void> {
  await page.getByRole('radio', { name: serviceWords.exchange, exact: true }).check();
  await page.getByLabel('Login').fill(form.login);
  await page.getByLabel('Password').fill(form.password);
  const link = page.getByLabel(/EWS link|Exchange Web Services/i);
  if (!(await link.isVisible())) await page.getByRole('button', { name: 'More' }).click();
  await link.fill(form.link);
  await page.getByRole('button', { name: 'Connect to Exchange' }).click();
}

/**
 * Waits for the preview that follows an access that passed its check, and starts the first sync from there. Returns how many mails the preview says
 * would be saved.
 */
export async function startFromPreview(page: Page): Promise<number> {
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nothing has been written yet').waitFor();
  const sentence = dialog.getByText(/mails? would be saved/).first();
  await sentence.waitFor();
  const words = await sentence.innerText();
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  return Number(/([\d,.]+) mails? would be saved/.exec(words)?.[1]?.replaceAll(/[,.]/g, ''));
}

/** Closes the dialog that says that a mailbox is connected again. */
export async function closeConnected(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByText('is connected. The sync starts now').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
}

/** Opens the ☰ menu and chooses an item. */
export async function chooseFromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Chooses a service in the dialog and leaves for its sign-in page. */
export async function leaveForConsent(
  page: Page,
  service: Exclude<MailServiceName, 'exchange'>,
): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: serviceWords[service], exact: true }).check();
  await dialog.getByRole('button', { name: `Connect to ${serviceWords[service]}` }).click();
}

export interface Answers {
  readonly account: string;
  readonly password?: string;
  /** The button at the end. */
  readonly press: string;
  /** At Google: leave its boxes unticked. */
  readonly untick?: boolean;
}

/** Signs in at Microsoft, where it does not know the browser yet, and presses a button of the page that follows. */
export async function answerMicrosoft(page: Page, answers: Answers): Promise<void> {
  const last = page.getByRole('button', { name: answers.press });
  const password = page.getByLabel('Password');
  await last.or(password).waitFor();
  if (await password.isVisible()) {
    await page.getByLabel('Email').fill(answers.account);
    await password.fill(answers.password ?? SANDBOX_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await last.click();
}

/** Signs in at Google with an account that is typed, ticks what is asked or not, and presses a button. */
export async function answerGoogle(page: Page, answers: Answers): Promise<void> {
  await page.getByLabel('Email').fill(answers.account);
  await page.getByLabel('Password').fill(answers.password ?? SANDBOX_PASSWORD);
  await page.getByRole('button', { name: 'Next' }).click();
  const last = page.getByRole('button', { name: answers.press });
  await last.waitFor();
  if (answers.untick !== true) for (const box of await page.getByRole('checkbox').all()) await box.check();
  await last.click();
}
