import { describe, expect, test } from 'vitest';
import { catalogue, failureCodes } from '../model/catalogue.ts';
import { DAY } from '../model/clock.ts';
import { composeDigest, type DigestEntry } from './compose-digest.ts';
import { composeNotice, NOTHING_LOST, type NoticeWords } from './compose-notice.ts';
import { escapeHtml, layOut } from './layout.ts';
import { timeWords } from './time-words.ts';

const SINCE = 1_767_600_000_000; // 2026-01-05T08:00:00Z
const URL = 'https://lockstep.example';
const stop: NoticeWords = {
  kind: 'stopped',
  state: 'authorization-required',
  code: 'mailbox.grant-ended',
  address: 'anna@contoso.example',
  since: SINCE,
  timeZone: 'Europe/Berlin',
  crmName: 'Salesforce',
  publicUrl: URL,
  link: { url: `${URL}/#/reconnect/TOKEN`, expiresAt: SINCE + 7 * DAY },
};

describe('times', () => {
  test('are in the reader’s zone, and name it', () => {
    expect(timeWords(SINCE, 'Europe/Berlin')).toBe('5 January 2026 at 09:00 (Europe/Berlin)');
    expect(timeWords(SINCE, 'America/Los_Angeles')).toBe('5 January 2026 at 00:00 (America/Los_Angeles)');
    expect(timeWords(SINCE, 'Asia/Kathmandu')).toBe('5 January 2026 at 13:45 (Asia/Kathmandu)');
  });

  test('are in UTC, and say so, where the zone is none', () => {
    for (const zone of ['', 'Mars/Olympus', 'W. Europe Standard Time; drop'])
      expect(timeWords(SINCE, zone)).toBe('5 January 2026 at 08:00 (UTC)');
  });
});

describe('the e-mail to the owner', () => {
  test('says what stopped and since when, has one button, and says what was not lost and whom to ask', () => {
    expect(composeNotice(stop).text).toMatchInlineSnapshot(`
      "Sync of anna@contoso.example has stopped, since 5 January 2026 at 09:00 (Europe/Berlin).

      Sync has stopped and needs you. The mail service no longer accepts the permission you gave: it was withdrawn, has expired, or you have changed your password. Sign in again.

      Connect again:
      https://lockstep.example/#/reconnect/TOKEN

      Nothing is lost: mail that comes meanwhile is caught up.

      You can mend this yourself, with the button above. If it does not help, ask whoever looks after Lockstep in your company.

      The button works once, until 12 January 2026 at 09:00 (Europe/Berlin), and for this mailbox alone: do not pass it on. Later, log in at https://lockstep.example instead.

      Code: mailbox.grant-ended

      Lockstep sent this to anna@contoso.example because its sync is switched on. Sync settings in Lockstep switch these e-mails off.
      "
    `);
    expect(composeNotice(stop).subject).toBe('Sync with Salesforce has stopped');
  });

  test('is as short when sync goes on again', () => {
    const words: NoticeWords = { ...stop, kind: 'recovered', state: 'active', code: null, link: null };
    expect(composeNotice(words).text).toMatchInlineSnapshot(`
      "Sync of anna@contoso.example goes on again. It had stopped on 5 January 2026 at 09:00 (Europe/Berlin).

      Nothing was lost: mail that came meanwhile is caught up now.

      You need do nothing.

      Open Lockstep:
      https://lockstep.example

      Lockstep sent this to anna@contoso.example because its sync is switched on. Sync settings in Lockstep switch these e-mails off.
      "
    `);
  });

  test('gives the administrator’s lines to pass on where he is the one who can mend it', () => {
    const { text } = composeNotice({ ...stop, code: 'mailbox.ews-switched-off' });
    expect(text).toContain('Your mail administrator can mend this');
    expect(text).toContain('Get-CASMailbox');
  });

  test('leads to logging in to the CRM where that is what has ended', () => {
    expect(composeNotice({ ...stop, code: 'crm.authorization-revoked' }).text).toContain(
      'Log in with Salesforce:',
    );
  });

  test('leads to the pages where nothing needs connecting', () => {
    const { text } = composeNotice({ ...stop, state: 'suspended', code: 'crm.transient', link: null });
    expect(text).toContain(`Open Lockstep:\n${URL}`);
    expect(text).toContain('tries again by itself');
    expect(text).not.toContain('reconnect');
  });

  test.each(['stopped', 'reminder', 'recovered', 'late'] as const)(
    '%s says the same in both forms',
    (kind) => {
      for (const code of [...failureCodes, null]) {
        const { text, html, subject } = composeNotice({ ...stop, kind, code });
        expect(wordsOf(html.replace(`<title>${escapeHtml(subject)}</title>`, ''))).toEqual(
          text
            .replaceAll(/:?\nhttps:\/\/\S+/g, '')
            .replaceAll(/\s+/g, ' ')
            .trim(),
        );
        if (kind === 'stopped' || kind === 'reminder') expect(text).toContain(NOTHING_LOST);
      }
    },
  );

  test('has exactly one button', () => {
    expect([...composeNotice(stop).html.matchAll(/<a /g)]).toHaveLength(1);
  });
});

describe('the page', () => {
  const { html } = composeNotice(stop);

  test('loads nothing: no image, no font, no script, and no address but the button’s', () => {
    expect(html).not.toMatch(/<img|<script|<link|@import|url\(|src=/i);
    expect([...html.matchAll(/https?:\/\/[^\s"<]+/g)].map(([url]) => url)).toEqual([
      `${URL}/#/reconnect/TOKEN`,
      URL,
    ]);
  });

  test('has its styles in its elements, and is readable in dark mode', () => {
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    for (const [, tag = ''] of html.matchAll(/<(h1|p|a|div)\b[^>]*>/g))
      expect(html).toMatch(new RegExp(`<${tag}[^>]* style="`));
    expect(html).toMatch(/prefers-color-scheme: dark/);
  });

  test('escapes whatever it is given', () => {
    const evil = `"><script>alert('x')</script>&`;
    const words = { ...stop, address: evil, crmName: evil, publicUrl: `https://x.example/${evil}` };
    const laid = composeNotice({ ...words, link: { url: `https://x.example/${evil}`, expiresAt: SINCE } });
    expect(laid.html).not.toContain('<script');
    expect(laid.html).not.toContain(evil);
    const list = layOut(evil, [{ kind: 'list', entries: [{ title: evil, lines: [evil] }] }]);
    expect(list.html).not.toContain('<script');
  });
});

describe('the e-mail to administrators', () => {
  const entries: readonly DigestEntry[] = [
    { kind: 'stopped', address: 'anna@contoso.example', code: 'mailbox.ews-switched-off', since: SINCE },
    { kind: 'late', address: 'ben@contoso.example', code: null, since: SINCE },
    { kind: 'recovered', address: 'carla@contoso.example', code: null, since: SINCE },
  ];

  test('names every mailbox with what is the matter, in the administrator’s words', () => {
    const { subject, text } = composeDigest({ entries, crmName: 'Salesforce', publicUrl: URL });
    expect(subject).toBe('Sync with Salesforce: 1 stopped, 1 late, 1 going on again');
    expect(
      text.replace(catalogue['mailbox.ews-switched-off'].admin, 'THE ADMINISTRATOR’S TEXT'),
    ).toMatchInlineSnapshot(`
      "Mailboxes that are synced with Salesforce: 1 stopped, 1 late, 1 going on again.

      Stopped:

      - anna@contoso.example
        Since 5 January 2026 at 08:00 (UTC).
        THE ADMINISTRATOR’S TEXT
        Can be mended by the mail administrator. Code: mailbox.ews-switched-off

      Late:

      - ben@contoso.example
        Last in step on 5 January 2026 at 08:00 (UTC).

      Going on again:

      - carla@contoso.example
        Had stopped on 5 January 2026 at 08:00 (UTC).

      Open Lockstep:
      https://lockstep.example

      Nothing is lost: mail that comes meanwhile is caught up.

      The owners are told, too. Lockstep writes to you once a day at most, and only of what is new. Your organization’s settings in Lockstep say who gets this e-mail.
      "
    `);
  });

  test('stays readable with thousands of mailboxes', () => {
    const [one] = entries as [DigestEntry];
    const many = Array.from({ length: 1_000 }, () => one);
    const { text, html } = composeDigest({ entries: many, crmName: 'Salesforce', publicUrl: URL });
    expect(text).toContain('And 800 more.');
    expect(html.length).toBeLessThan(200_000);
  });
});

/** What a reader of the HTML sees, without the sheet. */
function wordsOf(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
