/**
 * Every mail of the shared corpus through the simulated Gmail and through the simulated Exchange: what verdicts are made of is the same. Skipped
 * with a line where the corpus is absent.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMime } from '../../src/connectors/mime.ts';
import type { ItemResult, MailConnector } from '../../src/model/connector.ts';
import type { EmailHead } from '../../src/model/email.ts';
import { headKey, threadKey } from '../../src/model/email-key.ts';
import type { EmailKey, ItemId } from '../../src/model/ids.ts';
import { open } from '../support/exchange-bench.ts';
import { ANN, signInToGoogle } from '../support/google-bench.ts';

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

async function readHeads(connector: MailConnector, ids: readonly ItemId[]) {
  const heads: ItemResult<EmailHead>[] = [];
  const { headsMax } = connector.capabilities;
  for (let at = 0; at < ids.length; at += headsMax)
    heads.push(
      ...(await connector.readHeads(
        ids.slice(at, at + headsMax).map((itemId) => ({ itemId, place: 'inbox' as const })),
      )),
    );
  return heads;
}

/** Blanks before a header's colon, obsolete since RFC 2822, hide the header from the parser of the simulated Exchange. */
const KNOWN: Readonly<Record<string, readonly string[]>> = { from: ['rubymail/example13.e3d8ab7f.eml'] };

/** Bytes of a subject that no character set explains: each server guesses its own way, and no verdict looks at subjects. */
function isGarbled(name: string, texts: readonly unknown[]): boolean {
  return name === 'subject' && texts.some((text) => /\ufffd|ï¿½/.test(String(text)));
}

const OWN = 'own' as EmailKey;

/** What rules, keys and matching look at. */
function verdictOf(result: ItemResult<EmailHead> | undefined) {
  if (result?.ok !== true) return { failure: result?.failure.code };
  const head = result.value;
  const addresses = (list: readonly { readonly address: string }[]) =>
    list.map(({ address }) => address).join();
  return {
    kind: head.kind,
    place: head.place,
    sensitivity: head.sensitivity,
    key: headKey(head),
    thread: threadKey(head, OWN),
    subject: head.subject.replace(/\s+/g, ' ').trim(),
    from: head.from?.address ?? null,
    to: addresses(head.to),
    cc: addresses(head.cc),
    bcc: addresses(head.bcc),
    sentAt: head.sentAt === null ? null : Math.floor(head.sentAt / 1000),
  };
}

const limits = { attachmentBytesMax: 25_000_000 };

describe.skipIf(!present)('the corpus in a simulated Gmail', () => {
  it('gives the heads that Exchange gives, and every mail whole', { timeout: 600_000 }, async () => {
    const files = mailsBelow(CORPUS);
    const raws = files.map((file) => readFileSync(file));
    const exchange = open();
    const google = await signInToGoogle();
    const gmail = google.connect();
    const ids = raws.map((raw) => google.simulator.deliver(ANN, raw) as ItemId);
    const here = await readHeads(gmail, ids);
    const there = await readHeads(
      exchange.connect(),
      raws.map((raw) => exchange.simulator.deliver(ANN, 'inbox', raw) as ItemId),
    );
    const differing: string[] = [];
    for (const [index, file] of files.entries()) {
      const [ours, theirs] = [verdictOf(here[index]), verdictOf(there[index])];
      for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
        const [a, b] = [ours, theirs].map((one) => one[name as keyof typeof one]);
        const allowed = isGarbled(name, [a, b]) || KNOWN[name]?.some((end) => file.endsWith(end)) === true;
        if (a !== b && !allowed) differing.push(`${name} of ${file}`);
      }
    }
    const { contentsMax } = gmail.capabilities;
    for (let at = 0; at < ids.length; at += contentsMax) {
      const batch = ids.slice(at, at + contentsMax);
      for (const [index, content] of (await gmail.readContents(batch, limits)).entries()) {
        const wanted = await readMime(raws[at + index] ?? new Uint8Array(), limits);
        const got = content.ok ? { ...content.value, itemId: undefined } : null;
        if (JSON.stringify(got) !== JSON.stringify(wanted)) differing.push(`content of ${files[at + index]}`);
      }
    }
    process.stdout.write(`${files.length} mails, ${differing.length} differences\n`);
    expect(differing).toEqual([]);
  });
});
