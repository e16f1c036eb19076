/**
 * Scenes that several tests of the API begin with, and a look at everything that is stored. The stage itself is in `api-harness.ts`.
 */
import pg from 'pg';
import { expect } from 'vitest';
import { ANNA, type Api, type Person } from './api-harness.ts';

/** A mail from the customer of the sandbox's cast, with a rule that may be refused. */
const mail = (subject: string, to = ANNA.address) =>
  Buffer.from(
    [
      `Message-ID: <${subject}@acme-bikes.test>`,
      'From: Kim Larsen <kim.larsen@acme-bikes.test>',
      `To: <${to}>`,
      `Subject: ${subject}`,
      'Date: Mon, 05 Jan 2026 07:00:00 +0000',
      '',
      'Hello.',
      '',
    ].join('\r\n'),
  );

/** Anna with an active mailbox, a run behind her and an issue. */
export async function annaAtWork(api: Api): Promise<Person> {
  const { exchange, salesforce } = api.services;
  salesforce.addValidationRule({
    object: 'EmailMessage',
    condition: "Subject = 'refused'",
    message: 'No such mail here.',
  });
  exchange.deliver(ANNA.address, 'inbox', mail('refused'));
  exchange.deliver(ANNA.address, 'inbox', mail('fine'));
  const anna = await api.signIn(ANNA);
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  return anna;
}

/** Everything that is stored, as text. */
export async function dumpRows(api: Api): Promise<string> {
  const client = new pg.Client({ connectionString: api.database.adminUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
