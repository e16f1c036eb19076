/**
 * Every mail of the shared corpus through the simulated Office 365, compared with what Exchange tells of the same mail: what the rules look at must not
 * depend on the service. Skipped with a line where the corpus is absent.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MailConnector } from '../../src/model/connector.ts';
import type { EmailHead, Place } from '../../src/model/email.ts';
import type { ItemId } from '../../src/model/ids.ts';
import * as exchange from '../support/exchange-bench.ts';
import { ANN, drain, inboxOf, keepLazily, openBench } from '../support/office365-bench.ts';

const CORPUS = '../shared/corpus/mail';
const present = existsSync(CORPUS);
if (!present) process.stdout.write(`skipped: no corpus at ${CORPUS}\n`);

function mailsBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return mailsBelow(path);
    return name === 'manifest.jsonl' ? [] : [path];
  });
}

async function headsOf(mail: MailConnector, ids: readonly ItemId[]): Promise<Map<ItemId, EmailHead>> {
  const heads = new Map<ItemId, EmailHead>();
  const { headsMax } = mail.capabilities;
  for (let from = 0; from < ids.length; from += headsMax) {
    const asked = ids.slice(from, from + headsMax).map((itemId) => ({ itemId, place: 'inbox' as Place }));
    for (const head of await mail.readHeads(asked)) if (head.ok) heads.set(head.value.itemId, head.value);
  }
  return heads;
}

/** What the rules look at, and the root of the thread. A Message-ID that the mail lacks is made up by Exchange Online, and by nobody else. */
const essence = ({ kind, sensitivity, from, to, cc, bcc, references: [root] }: EmailHead) => ({
  ...{ kind, sensitivity, from, to, cc, bcc, root },
});

describe.skipIf(!present)('the corpus in an Office 365 mailbox', () => {
  it('is told as Exchange tells it, and read whole', { timeout: 400_000 }, async () => {
    const [cloud, house] = [openBench(), exchange.open()];
    const files = mailsBelow(CORPUS);
    const pairs = files.map((file) => {
      const raw = readFileSync(file);
      return {
        file,
        inCloud: cloud.simulator.deliver(ANN, 'inbox', raw) as ItemId,
        inHouse: house.simulator.deliver(exchange.ANN, 'inbox', raw) as ItemId,
      };
    });
    const mail = cloud.connect(keepLazily(async () => (await cloud.signIn()).credential));
    const { changes } = await drain(mail, await inboxOf(mail), null);
    expect(new Set(changes.map(({ itemId }) => itemId)).size).toBe(files.length);
    const heads = await headsOf(
      mail,
      pairs.map(({ inCloud }) => inCloud),
    );
    const asked = mail.traffic().byOperation;
    const other = await headsOf(
      house.connect(),
      pairs.map(({ inHouse }) => inHouse),
    );
    const differing = pairs.filter(({ inCloud, inHouse }) => {
      const [one, two] = [heads.get(inCloud), other.get(inHouse)];
      if (one === undefined || two === undefined) return true;
      return JSON.stringify(essence(one)) !== JSON.stringify(essence(two));
    });
    const failures: Record<string, number> = {};
    const { contentsMax } = mail.capabilities;
    for (let from = 0; from < pairs.length; from += contentsMax) {
      const ids = pairs.slice(from, from + contentsMax).map(({ inCloud }) => inCloud);
      for (const content of await mail.readContents(ids, { attachmentBytesMax: 25_000_000 }))
        if (!content.ok) failures[content.failure.code] = (failures[content.failure.code] ?? 0) + 1;
    }
    const { requests, byOperation } = mail.traffic();
    process.stdout.write(`${JSON.stringify({ mails: files.length, requests, byOperation })}\n`);
    expect(differing.map(({ file }) => file)).toEqual([]);
    expect(failures).toEqual({});
    // Change pages told all heads.
    expect(asked['read-heads']).toBeUndefined();
  });
});
