/**
 * The outbox on a real database: one stop is one e-mail however many senders there are, reminders come once a day at most, and what a crash between
 * sending and settling costs.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECONNECT_LINK_MS } from '../../src/commands/reconnect.ts';
import { tellPeople } from '../../src/commands/tell-people.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../src/model/clock.ts';
import { type MailboxState, noStreak } from '../../src/model/mailbox-state.ts';
import { REMINDERS_MAX } from '../../src/model/notice.ts';
import type { SettingsLayer } from '../../src/model/settings.ts';
import { createSmtpMailer } from '../../src/notify/smtp-mailer.ts';
import { readSmtp } from '../../src/server/notify-config.ts';
import { inOrganization } from '../../src/store/database.ts';
import { createMailbox, moveMailbox, readMailbox } from '../../src/store/mailboxes.ts';
import { writeOrganizationSettings } from '../../src/store/organizations.ts';
import { purge } from '../../src/store/purge.ts';
import { writeUserSettings } from '../../src/store/users.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';
import { openTellingBench, type TellingBench } from '../support/telling-bench.ts';

const OWNER = 'owner@telling.example';
const ADMINS = ['it@telling.example', 'sales@telling.example'];

let bench: TellingBench;
beforeEach(async () => {
  bench = await openTellingBench('telling');
  await move('active');
});
afterEach(() => bench[Symbol.asyncDispose]());

async function move(to: MailboxState, mailboxId = bench.tenant.mailboxId): Promise<boolean> {
  const { tenant, clock, db } = bench;
  const cause = to === 'authorization-required' || to === 'suspended' ? 'mailbox.credentials-rejected' : null;
  return await inOrganization(db, tenant.organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null) throw new Error('there is no mailbox');
    const streak = noStreak;
    return await moveMailbox(tx, { id: mailboxId, from: mailbox.state, to, streak, cause, now: clock.now() });
  });
}

/** Everything that is due now, by one sender after the other. */
async function tell(): Promise<void> {
  while ((await tellPeople(bench.ports, bench.publicUrl)) > 0);
}

async function pass(ms: number): Promise<void> {
  await bench.clock.advance(ms);
  await tell();
}

async function choose(settings: SettingsLayer, layer: 'organization' | 'user' = 'organization') {
  const { organizationId, userId } = bench.tenant;
  await inOrganization(bench.db, organizationId, (tx) =>
    layer === 'user'
      ? writeUserSettings(tx, { id: userId, seenVersion: 0, settings })
      : writeOrganizationSettings(tx, { id: organizationId, seenVersion: 0, settings }),
  );
}

async function addMailbox(address: string) {
  const { organizationId, userId, mailboxConnectionId, crmConnectionId } = bench.tenant;
  const now = bench.clock.now();
  return await inOrganization(bench.db, organizationId, (tx) =>
    createMailbox(tx, {
      ...{ organizationId, userId, service: 'exchange', address, addresses: [address] },
      ...{ mailboxConnectionId, crmConnectionId, historyFrom: now, now },
    }),
  );
}

const subjects = () => bench.mailer.mails.map(({ subject }) => subject);
const STOPPED = 'Sync with Salesforce has stopped';
const REMINDER = 'Reminder: sync with Salesforce is still stopped';
const RECOVERED = 'Sync with Salesforce goes on again';

describe('a stop', () => {
  it('is one e-mail to the mailbox, with four senders at once', async () => {
    await move('authorization-required');
    await Promise.all(Array.from({ length: 4 }, () => tellPeople(bench.ports, bench.publicUrl)));
    await tell();
    expect(bench.mailer.mails.map(({ to }) => to)).toEqual([[OWNER]]);
    expect(subjects()).toEqual([STOPPED]);
  });

  it('is written once, however many move the mailbox at the same moment', async () => {
    const { tenant, db, clock } = bench;
    const stop = { id: tenant.mailboxId, from: 'active', to: 'authorization-required' } as const;
    const now = clock.now();
    const moved = await Promise.all(
      Array.from({ length: 6 }, () =>
        inOrganization(db, tenant.organizationId, (tx) =>
          moveMailbox(tx, { ...stop, streak: noStreak, cause: 'mailbox.grant-ended', now }),
        ),
      ),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    await tell();
    expect(subjects()).toEqual([STOPPED]);
  });

  it('is not written when the transaction that moves the mailbox fails', async () => {
    const { tenant, db, clock } = bench;
    const failing = inOrganization(db, tenant.organizationId, async (tx) => {
      const to = { id: tenant.mailboxId, from: 'active', to: 'suspended', streak: noStreak } as const;
      await moveMailbox(tx, { ...to, cause: 'crm.transient', now: clock.now() });
      throw new Error('the run is lost');
    });
    await expect(failing).rejects.toThrow('the run is lost');
    await tell();
    expect(subjects()).toEqual([]);
  });

  it('is not told when it is over before anybody was told', async () => {
    await move('suspended');
    await move('active');
    await tell();
    expect(subjects()).toEqual([]);
  });

  it('is told again when another one comes after a recovery', async () => {
    for (const state of ['suspended', 'active', 'authorization-required', 'active'] as const) {
      await move(state);
      await pass(MINUTE);
    }
    expect(subjects()).toEqual([STOPPED, RECOVERED, STOPPED, RECOVERED]);
  });

  it('that leads from suspended to needing its owner is told as what it has become', async () => {
    await move('suspended');
    await pass(MINUTE);
    await move('authorization-required');
    await pass(MINUTE);
    await move('active');
    await pass(MINUTE);
    expect(subjects()).toEqual([STOPPED, STOPPED, RECOVERED]);
    expect(bench.mailer.mails.map(({ text }) => text.includes('/#/reconnect/'))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('is told to nobody who does not want it, and its end neither', async () => {
    await choose({ notifyUser: false }, 'user');
    await move('authorization-required');
    await pass(DAY);
    await move('active');
    await pass(MINUTE);
    expect(subjects()).toEqual([]);
  });

  it('follows the person’s own choice over the organization’s', async () => {
    await choose({ notifyUser: false });
    await choose({ notifyUser: true }, 'user');
    await move('authorization-required');
    await tell();
    expect(subjects()).toEqual([STOPPED]);
  });
});

describe('a reminder', () => {
  it('comes once a day at most while the stop lasts, and ends with it', async () => {
    await move('authorization-required');
    await tell();
    await pass(DAY - MINUTE);
    expect(subjects()).toEqual([STOPPED]);
    for (let hour = 0; hour < 72; hour += 1) await pass(HOUR);
    expect(subjects()).toEqual([STOPPED, REMINDER, REMINDER, REMINDER]);
    await move('active');
    for (let day = 0; day < 3; day += 1) await pass(DAY);
    expect(subjects()).toEqual([STOPPED, REMINDER, REMINDER, REMINDER, RECOVERED]);
  });

  it('comes a day after the last e-mail, though senders slept for a week', async () => {
    await move('authorization-required');
    await tell();
    await pass(7 * DAY);
    expect(subjects()).toEqual([STOPPED, REMINDER]);
    await pass(23 * HOUR);
    expect(subjects()).toHaveLength(2);
  });

  it('comes for a month and no longer', async () => {
    await move('authorization-required');
    await tell();
    for (let day = 0; day < REMINDERS_MAX + 10; day += 1) await pass(DAY);
    expect(subjects().filter((subject) => subject === REMINDER)).toHaveLength(REMINDERS_MAX);
  });
});

describe('administrators', () => {
  it('get several mailboxes in one e-mail, and the next one a day later', async () => {
    await choose({ notifyAddresses: ADMINS });
    const others = await Promise.all(['a@telling.example', 'b@telling.example'].map(addMailbox));
    for (const mailboxId of others) await move('active', mailboxId);
    for (const mailboxId of [bench.tenant.mailboxId, ...others]) await move('suspended', mailboxId);
    const late = await addMailbox('c@telling.example');
    await Promise.all(Array.from({ length: 4 }, () => tellPeople(bench.ports, bench.publicUrl)));
    await pass(10 * MINUTE);
    await Promise.all(Array.from({ length: 4 }, () => tellPeople(bench.ports, bench.publicUrl)));
    const digests = () => bench.mailer.mails.filter(({ to }) => to.length === 2);
    expect(digests().map(({ to, subject }) => [...to, subject])).toEqual([
      [...ADMINS, 'Sync with Salesforce: 3 stopped'],
    ]);
    expect(digests()[0]?.text).toContain('a@telling.example');
    await move('active', late);
    await move('suspended', late);
    await move('active', others[0]);
    await pass(20 * HOUR);
    expect(digests()).toHaveLength(1);
    await pass(5 * HOUR);
    expect(digests().map(({ subject }) => subject)).toEqual([
      'Sync with Salesforce: 3 stopped',
      'Sync with Salesforce: 1 stopped, 1 going on again',
    ]);
    await pass(3 * DAY);
    expect(digests()).toHaveLength(2);
  });

  it('are told nothing of what is over when their e-mail goes', async () => {
    await choose({ notifyAddresses: ADMINS });
    await move('suspended');
    await pass(MINUTE);
    await move('active');
    await pass(HOUR);
    expect(bench.mailer.mails.map(({ to }) => to)).toEqual([[OWNER], [OWNER]]);
  });
});

describe('a mail server', () => {
  it('that is away for an hour costs no notice and makes no second one', async () => {
    await move('authorization-required');
    bench.mailer.refuse('ECONNECTION');
    for (let minute = 0; minute < 60; minute += 1) await pass(MINUTE);
    bench.mailer.refuse(null);
    for (let minute = 0; minute < 150; minute += 1) await pass(MINUTE);
    expect(subjects()).toEqual([STOPPED]);
  });

  it('that refuses for good is not asked again until the reminder', async () => {
    await move('authorization-required');
    let asked = 0;
    bench.mailer.before = async () => {
      asked += 1;
    };
    bench.mailer.refuse('SMTP 550', true);
    for (let hour = 0; hour < 20; hour += 1) await pass(HOUR);
    expect(asked).toBe(1);
    expect(bench.logLines.filter((line) => line.includes('notices.given-up'))).toHaveLength(1);
    expect(bench.logLines.join('\n')).not.toContain('@');
  });

  it('that is not set up leaves nothing to pile up: everything is settled unsent and forgotten', async () => {
    const silent = { ...bench.ports, mailer: null };
    await move('authorization-required');
    for (let day = 0; day < 40; day += 1) {
      while ((await tellPeople(silent, bench.publicUrl)) > 0);
      await bench.clock.advance(DAY);
    }
    const open = await bench.count(`select count(*) from notices where settled_at is null`);
    expect(open).toBeLessThanOrEqual(1);
    await purge(bench.db, bench.clock.now() + 30 * DAY);
    expect(await bench.count('select count(*) from notices')).toBe(0);
  });
});

describe('a crash between sending and settling', () => {
  /** The sender dies at the moment in which the server has taken the e-mail. */
  async function crashAfterSending(): Promise<void> {
    const gone: Promise<void> = new Promise((_, reject) => {
      bench.mailer.before = async (mail) => {
        bench.mailer.mails.push(mail);
        reject(new Error('killed'));
        await new Promise(() => undefined);
      };
    });
    await expect(Promise.race([tellPeople(bench.ports, bench.publicUrl), gone])).rejects.toThrow('killed');
    bench.mailer.before = () => Promise.resolve();
  }

  it('sends once more, under the same name, when the claim has ended, and not before', async () => {
    await move('authorization-required');
    await crashAfterSending();
    await pass(9 * MINUTE);
    expect(subjects()).toEqual([STOPPED]);
    await pass(2 * MINUTE);
    await pass(HOUR);
    expect(subjects()).toEqual([STOPPED, STOPPED]);
    expect(new Set(bench.mailer.mails.map(({ id }) => id)).size).toBe(1);
  });

  it('leaves the recovery to be told, once', async () => {
    await move('authorization-required');
    await crashAfterSending();
    await move('active');
    await pass(5 * MINUTE);
    expect(subjects()).toEqual([STOPPED]);
    await pass(10 * MINUTE);
    await pass(HOUR);
    expect(subjects()).toEqual([STOPPED, RECOVERED]);
  });

  it('of a sender that comes back late settles nothing of what another one has claimed', async () => {
    await move('authorization-required');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.mailer.before = () => held;
    const slow = tellPeople(bench.ports, bench.publicUrl);
    await bench.untilClaimed();
    bench.mailer.before = () => Promise.resolve();
    await pass(11 * MINUTE);
    release();
    await slow;
    expect(
      await bench.count(`select count(*) from notices where audience = 'user' and outcome = 'sent'`),
    ).toBe(1);
    expect(await bench.count(`select count(*) from notices where kind = 'reminder'`)).toBe(1);
  });
});

it('forgets links whose time is over', async () => {
  await move('authorization-required');
  await tell();
  const later: Instant = bench.clock.now() + RECONNECT_LINK_MS + 1;
  expect(await purge(bench.db, later)).toMatchObject({ reconnect_links: 1 });
});

it('arrives at a real mail server, once, with two senders', async () => {
  await using sink = await openSmtpSink({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const faults: string[] = [];
  const environment = {
    SMTP_URL: `smtp://localhost:${sink.port}`,
    SMTP_FROM: 'Lockstep <lockstep@telling.example>',
  };
  const settings = readSmtp(environment, [], faults);
  if (settings === null) throw new Error(faults.join());
  const mailer = createSmtpMailer(settings);
  const ports = { ...bench.ports, mailer };
  await move('authorization-required');
  await Promise.all([tellPeople(ports, bench.publicUrl), tellPeople(ports, bench.publicUrl)]);
  mailer.close();
  expect(sink.received.map(({ to, mail }) => [...to, mail.subject])).toEqual([[OWNER, STOPPED]]);
  expect(sink.received[0]?.mail.text).toContain('https://lockstep.test/#/reconnect/');
  expect(await bench.count(`select count(*) from notices where outcome = 'sent'`)).toBe(1);
});
