/** Scenes about single mails: what Kim, the sandbox's customer, and others write to Anna, and what the pages ask about it. */

import type { ExplanationView, SavedMailView } from '../../src/api-schema/mails.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import { ANNA, type Answer, type Api, type Person } from './api-harness.ts';

export const KIM = 'kim.larsen@acme-bikes.test';
export const STRANGER = 'nobody@stranger.test';

/** Raw mail named by its subject: `<subject@from-domain>` is its Message-ID. */
export function rawMail(subject: string, { from = KIM, to = ANNA.address, messageId = true } = {}): Buffer {
  return Buffer.from(
    [
      ...(messageId ? [`Message-ID: <${subject}@acme-bikes.test>`] : []),
      `From: Somebody <${from}>`,
      `To: <${to}>`,
      `Subject: ${subject}`,
      'Date: Mon, 05 Jan 2026 07:00:00 +0000',
      '',
      `Hello ${subject}.`,
      '',
    ].join('\r\n'),
  );
}

/** Puts a mail into Anna's mailbox; its id there. */
export function deliver(
  api: Api,
  subject: string,
  {
    folder = 'inbox',
    address = ANNA.address,
    ...mail
  }: Parameters<typeof rawMail>[1] & {
    readonly folder?: string;
    readonly address?: string;
  } = {},
): string {
  return api.services.exchange.deliver(address, folder, rawMail(subject, { to: address, ...mail }));
}

/** Anna, active, after her first run over whatever lies in her mailbox. */
export async function annaActive(api: Api): Promise<Person> {
  const anna = await api.signIn(ANNA);
  const activated = await anna.activate();
  if (activated.status !== 200) throw new Error(`activation answered ${activated.text}`);
  await api.runDue();
  return anna;
}

const named = (subject: string) => ({ messageId: `${subject}@acme-bikes.test` });

export function explain(person: Person, subject: string): Promise<Answer<ExplanationView & Problem>> {
  return person.call('POST', '/api/mails/explain', named(subject));
}

export function saveByHand(person: Person, subject: string): Promise<Answer<SavedMailView & Problem>> {
  return person.call('POST', '/api/mails/save', named(subject));
}

/** Subjects of the records in Salesforce, sorted. */
export function savedSubjects(api: Api): readonly string[] {
  return api.services.salesforce
    .records('EmailMessage')
    .map((row) => String(row.Subject))
    .toSorted();
}

export interface Line {
  readonly kind: 'progress' | 'result' | 'problem';
  readonly result?: Readonly<Record<string, unknown>>;
  readonly problem?: Problem;
}

/** The lines of an answer in `application/x-ndjson`. */
export function linesOf({ text }: Pick<Answer, 'text'>): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Runs whatever is due after a while; how many ran. */
export async function runLater(api: Api, ms: number): Promise<number> {
  api.clock.advance(ms);
  return await api.runDue();
}
