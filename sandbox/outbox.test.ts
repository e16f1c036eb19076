/** The outbox takes what the product's own mailer sends, and shows it so that nothing of it runs in the page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSmtpMailer } from '../src/notify/smtp-mailer.ts';
import { type Outbox, openOutbox } from './outbox.ts';

let outbox: Outbox;
beforeAll(async () => {
  outbox = await openOutbox({ host: 'localhost' });
});
afterAll(() => outbox.close());

const page = async () => (await fetch(outbox.url)).text();

test('an empty outbox says so', async () => {
  expect(await page()).toContain('None yet.');
});

test('an e-mail is listed with both forms, newest first, its HTML in a frame of its own', async () => {
  const mailer = createSmtpMailer(outbox.smtp);
  const mail = {
    to: ['anna.berg@contoso.test'],
    text: 'Connect again:\nhttps://lockstep.test/#/reconnect/TOKEN\n',
    html: '<p><a href="https://lockstep.test/">Connect again</a><script>alert(1)</script></p>',
  };
  await mailer.send({ ...mail, id: '1', subject: 'First' });
  await mailer.send({ ...mail, id: '2', subject: 'Second <b>' });
  mailer.close();
  expect(outbox.mails()).toMatchObject([
    { to: ['anna.berg@contoso.test'], subject: 'First', text: expect.stringContaining('#/reconnect/TOKEN') },
    { subject: 'Second <b>', html: expect.stringContaining('Connect again') },
  ]);
  const shown = await page();
  expect(shown.indexOf('Second &lt;b&gt;')).toBeLessThan(shown.indexOf('<h2>First'));
  expect(shown).toContain('href="https://lockstep.test/#/reconnect/TOKEN"');
  expect(shown).not.toContain('<script');
  expect(shown).toContain('sandbox="allow-popups');
});
