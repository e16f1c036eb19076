/** The part of the contract of a mail service that is about finding single mails. Declared by `mail-connector.contract.ts`. */
import { expect } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import type { MailWish } from '../../src/model/connector.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import { type Check, failureOf, type MailWorld } from '../support/mail-world.ts';

/** Finds as commands do: the names first, then the heads that tell what they are. */
async function found({ mail }: Pick<MailWorld, 'mail'>, wish: MailWish) {
  const heads = await mail.readHeads(await mail.find(wish));
  return heads.flatMap((head) => (head.ok ? [head.value] : []));
}

export function describeFinding(check: Check): void {
  check('finds a mail by the id that its service gave it, and tells its place', async (world) => {
    world.createFolder(SALESFORCE_FOLDER);
    for (const [folder, place] of [
      ['inbox', 'inbox'],
      ['sent', 'sent'],
      [SALESFORCE_FOLDER, 'salesforce-folder'],
    ] as const) {
      const itemId = world.deliver(folder, { subject: folder });
      world.deliver(folder, { subject: 'another' });
      expect(await found(world, { itemId })).toMatchObject([{ itemId, place, subject: folder }]);
    }
  });

  check('finds a mail by its Message-ID, with and without brackets', async (world) => {
    const itemId = world.deliver('inbox', { subject: 'meant' });
    world.deliver('inbox', { subject: 'another' });
    const [head] = await found(world, { itemId });
    const bare = head?.messageId?.replace(/^<|>$/g, '') ?? '';
    expect(bare).toContain('@');
    for (const messageId of [bare, `<${bare}>`, ` <${bare}> `])
      expect(await found(world, { messageId })).toMatchObject([{ itemId, subject: 'meant' }]);
  });

  check('finds the mail where it lies after a move', async (world) => {
    const before = world.deliver('inbox', { subject: 'moved' });
    const messageId = (await found(world, { itemId: before }))[0]?.messageId ?? '';
    const itemId = world.move(before, 'sent');
    expect(await found(world, { messageId })).toMatchObject([{ itemId, place: 'sent' }]);
  });

  check('finds nothing under a name that nobody gave', async (world) => {
    const gone = world.deliver('inbox', { subject: 'gone' });
    const messageId = (await found(world, { itemId: gone }))[0]?.messageId ?? '';
    world.remove(gone);
    for (const wish of [
      { itemId: gone },
      { itemId: 'nonsense' },
      { itemId: "a/b+c='?&#%" },
      { messageId },
      { messageId: 'nobody@outside.test' },
      { messageId: '<>' },
      { messageId: `a' or true eq '"){} <&@outside.test` },
    ])
      expect(await found(world, wish)).toEqual([]);
  });

  check('finds no drafts', async (world) => {
    const itemId = world.deliver('drafts', { subject: 'draft' });
    expect(await found(world, { itemId })).toEqual([]);
    expect(await found(world, { latest: 5 })).toEqual([]);
  });

  check(
    'gives the latest mails of received and sent ones, newest first, and no more than asked',
    async (world) => {
      world.createFolder('Projects');
      const now = Date.UTC(2026, 10, 2);
      for (const [age, folder] of [
        [5, 'inbox'],
        [2, 'inbox'],
        [4, 'sent'],
        [1, 'Projects'],
        [3, 'sent'],
      ] as const)
        world.deliver(folder, { subject: `${age}`, receivedAt: now - age * MINUTE });
      const latest = await found(world, { latest: 4 });
      expect(latest.map(({ subject }) => subject)).toEqual(['1', '2', '3', '4']);
    },
  );

  check('asks for no more than 50 of the latest mails', async (world) => {
    for (let index = 0; index < 60; index += 1) world.deliver('inbox', { subject: `${index}` });
    expect(await world.mail.find({ latest: 1_000 })).toHaveLength(50);
  });

  check('tells trouble as every other call does', async (world) => {
    const connector = world.reopen('wrong');
    expect(await failureOf(connector.find({ latest: 5 }))).toMatchObject({ kind: world.refusal });
    await connector.close();
  });
}
