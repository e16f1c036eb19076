/**
 * Readers of texts and bytes of others (mail, headers, XML, CSV) with bad ones: they give something or a failure of ours and never throw anything else,
 * canonical forms stay as they are when read again, and long repetitive texts cost no more than their length.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvField } from '../../src/commands/csv.ts';
import { readCsv } from '../../src/commands/read-csv.ts';
import * as autodiscover from '../../src/connectors/exchange/autodiscover-answers.ts';
import { readEnvelopes } from '../../src/connectors/exchange/envelopes.ts';
import { normaliseEwsLink } from '../../src/connectors/exchange/ews-link.ts';
import { readChallenges } from '../../src/connectors/exchange/sign-in.ts';
import { escapeXml, MalformedXml, readXmlText } from '../../src/connectors/exchange/soap.ts';
import { richToPlain } from '../../src/connectors/google/items/rich-text.ts';
import { readBatch } from '../../src/connectors/google/multipart.ts';
import { readDateHeader } from '../../src/connectors/header-date.ts';
import { bareMessageId } from '../../src/connectors/message-ids.ts';
import { attachmentName, readBodies, readMime } from '../../src/connectors/mime.ts';
import { readClaims } from '../../src/connectors/office365/challenge.ts';
import { pathOfLink } from '../../src/connectors/office365/links.ts';
import { readRetryAfter } from '../../src/connectors/office365/retry-after.ts';
import { readReferences } from '../../src/connectors/references.ts';
import { normaliseLoginHost } from '../../src/connectors/salesforce/login-host.ts';
import { readImportHeader, readImportRow } from '../../src/decide/read-import-row.ts';
import { canonicalLine, canonicalText, readSpan } from '../../src/model/canonical.ts';
import { normaliseMessageId } from '../../src/model/email-key.ts';
import { cleanUid } from '../../src/model/event-key.ts';
import { badText, changeText, check, NEEDLE, orFailure, textChanges } from '../support/fuzz.ts';

async function* inOnePart(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const RUNS = 300;

const limits = { attachmentBytesMax: 1_000_000 };

const samples: readonly string[] = [
  'From: =?utf-8?B?SsO8cmdlbg==?= <j@outside.test>\r\nTo: "A, B" <a@b.test>, g: c@d.test;\r\nSubject: =?iso-8859-1?Q?caf=E9?=\r\nDate: Mon, 05 Jan 2026 07:00:00 +0000 (UTC)\r\n' +
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-7\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello=20=\r\n--b\r\n' +
    'Content-Type: application/pdf; name*=utf-8\'\'%e2%82%ac.pdf\r\nContent-Disposition: attachment; filename="../x.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n',
  'Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p onclick=a>Hi <img src="cid:1"><a href="javascript:x">b</a></p>\r\n--x\r\n' +
    'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID="W. Europe":20260105T080000\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--x--\r\n',
];

const CORPUS = '../shared/corpus';
const kinds = ['mail', 'ics', 'vcf', 'tnef'] as const;
function corpusFiles(): readonly string[] {
  if (!existsSync(CORPUS)) {
    process.stdout.write(`skipped: no corpus at ${CORPUS}\n`);
    return [];
  }
  return kinds.flatMap((kind) =>
    readdirSync(join(CORPUS, kind), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !one.name.endsWith('.jsonl'))
      .map((one) => join(one.parentPath, one.name))
      .sort(),
  );
}

async function readMailHoldingLaws(bytes: Uint8Array): Promise<void> {
  const { text, html, headers, attachments, omitted } = await readMime(bytes, limits);
  for (const one of [text, html, headers]) expect((one ?? '').includes('\0')).toBe(false);
  expect((text ?? '').length).toBeLessThanOrEqual(1_100_000);
  expect(
    /<script|javascript:|onclick=/i.test(
      (html ?? '')
        .replaceAll(/>[^<]*</g, '><')
        .replaceAll(/"[^"]*"/g, (found) => (/^"\s*javascript:/i.test(found) ? found : '""')),
    ),
  ).toBe(false);
  expect(attachments.length + omitted.length).toBeLessThanOrEqual(1_000);
  for (const { name } of attachments) expect(name).toMatch(/^[^/\\\0\n]{1,220}$/);
}

describe('mail', () => {
  it('is read whatever its bytes', async () => {
    const files = corpusFiles();
    const sample = fc.oneof(
      fc.constantFrom(...samples),
      files.length === 0
        ? fc.constant(samples[0] ?? '')
        : fc.constantFrom(...files).map((path) => readFileSync(path).subarray(0, 100_000).toString('latin1')),
    );
    await check(
      'mail',
      150,
      fc.asyncProperty(sample, textChanges, (good, changes) =>
        readMailHoldingLaws(Buffer.from(changeText(good, changes), 'latin1')),
      ),
    );
    await check('bytes', 100, fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), readMailHoldingLaws));
  });

  it('has headers and names that cost no more than their length', () => {
    check(
      'headers',
      RUNS,
      fc.property(badText, badText, (one, other) => {
        const text = one + other;
        expect(readReferences(text).length).toBeLessThanOrEqual(200);
        const at = readDateHeader(text);
        expect(at === null || Number.isFinite(at)).toBe(true);
        for (const normalise of [normaliseMessageId, bareMessageId]) {
          const id = normalise(text);
          if (id !== null) expect(normalise(id)).toBe(id);
        }
        expect(attachmentName(text, other).length).toBeLessThanOrEqual(220);
        readBodies(one, other);
        cleanUid(text);
      }),
    );
  });
});

describe('canonical forms', () => {
  it('stay as they are', () => {
    check(
      'canonical',
      RUNS,
      fc.property(badText, badText, (one, other) => {
        for (const canonical of [canonicalLine, canonicalText]) {
          const once = canonical(`${one}\n${other}`);
          expect(canonical(once)).toBe(once);
        }
        const plain = richToPlain(one + other);
        expect(canonicalText(plain)).toBe(plain);
        readSpan(`${one}/${other}`);
      }),
    );
  });
});

describe('long repetitive texts', () => {
  const long = 200_000;
  const units = [
    ' ',
    '\t',
    '(',
    '<',
    '"',
    '/',
    '\\',
    '@',
    '=',
    '&',
    '\n',
    '\r\n ',
    ' \n',
    'a@',
    '<a ',
    '()',
    ',',
    ';',
    '.',
    '-',
    '--b\n',
    'NTLM ',
    'claims="',
    '=?utf-8?Q?',
    '\u00a0',
  ];
  // A pattern that begins anew at every character would need 20,000,000,000 steps: the test would not end.
  it.each(units.map((unit) => [JSON.stringify(unit), unit]))('%s end in time', async (_, unit) => {
    const text = `x${unit.repeat(long / unit.length)}x`;
    canonicalText(text);
    canonicalLine(text);
    richToPlain(text);
    readDateHeader(text);
    readReferences(text);
    normaliseMessageId(text);
    bareMessageId(text);
    attachmentName(text, text);
    readClaims(text);
    readChallenges({ header: () => text });
    readRetryAfter(text, 0);
    readBatch(text, text, 3);
    orFailure(() => normaliseEwsLink(`https://mail.acme.test/${unit.trim().repeat(long)}x`));
    normaliseLoginHost(text);
    pathOfLink(`https://graph.test/v1.0/${text}`, 'https://graph.test');
    autodiscover.readJson(text);
    csvField(text);
    escapeXml(text);
    for await (const line of readCsv(inOnePart(text))) expect(line.line).toBeGreaterThanOrEqual(0);
    expect(text.length).toBeGreaterThan(100_000);
  });
});

describe('XML', () => {
  const answer =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:R xmlns:m="x"><m:Url a="1">https://mail.acme.test/EWS</m:Url>&amp;&#65;<![CDATA[x]]></m:R></s:Body></s:Envelope>';
  it('is read to a tree or refused without repeating it', async () => {
    await check(
      'xml',
      RUNS,
      fc.asyncProperty(textChanges, async (changes) => {
        const text = changeText(answer, changes);
        await readXmlText(text).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MalformedXml);
          expect(String(error)).not.toContain(NEEDLE);
        });
        for (const read of [autodiscover.readUserSettings, autodiscover.readPox])
          expect((await read(text)).kind).toBeTypeOf('string');
        autodiscover.readJson(text);
        const envelopes: string[] = [];
        try {
          for await (const one of readEnvelopes(inOnePart(text))) envelopes.push(one);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedXml);
        }
      }),
    );
  });

  it.each([
    ['entities of its own', `<!DOCTYPE a [<!ENTITY b "${NEEDLE}">]><a>&b;</a>`],
    ['a depth without end', '<a>'.repeat(100_000)],
    ['nothing', ''],
  ])('with %s is refused', async (_, text) => {
    await expect(readXmlText(text)).rejects.toThrow(MalformedXml);
  });
});

describe('CSV', () => {
  it('of people is read line by line', async () => {
    const sample =
      'crm_username,full_name;mailbox_address\r\n"ben@acme.test","Ben ""B"" Baker",ben@acme.test\r\n\ufeffcarla@acme.test,=1+1,\0\r\n';
    await check(
      'CSV',
      RUNS,
      fc.asyncProperty(textChanges, fc.nat({ max: 60 }), async (changes, cut) => {
        const bytes = Buffer.from(changeText(sample, changes));
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        let header: ReturnType<typeof readImportHeader> | null = null;
        async function* source() {
          yield* parts;
        }
        for await (const line of readCsv(source())) {
          if (line.kind === 'unreadable') continue;
          header ??= readImportHeader(line.cells);
          const row = header.kind === 'header' ? readImportRow(header, line.cells) : header;
          if (row.kind !== 'row')
            expect(JSON.stringify({ ...row, ignored: [], places: [] })).not.toContain(NEEDLE);
          else if (row.mailboxAddress) expect(row.mailboxAddress).toMatch(/^[^\s@]+@[^\s@]+$/);
        }
      }),
    );
  });

  it('of ours never begins a formula', () => {
    check(
      'CSV fields',
      RUNS,
      fc.property(
        fc.oneof(
          badText,
          badText.map((text) => `=${text}`),
          badText.map((text) => `\n=${text}`),
        ),
        (text) => {
          const field = csvField(text);
          const value = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
          expect(/^[=+\-@\t\r]/.test(value)).toBe(false);
          if (!/^[=+\-@\t\r]/.test(text)) expect(value === text || !field.startsWith('"')).toBe(true);
        },
      ),
    );
  });
});
