import { describe, expect, it } from 'vitest';
import { attachmentName, cleanHtml, readBodies, readMime } from './mime.ts';

const limits = { attachmentBytesMax: 1_000 };
const read = (text: string) => readMime(Buffer.from(text, 'latin1'), limits);

const mixed = (...parts: readonly string[]): string =>
  'From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' +
  `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
const file = (headers: string, body: string): string =>
  `${headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64')}`;

describe('bodies', () => {
  it('keep HTML null for a text-only mail', async () => {
    const content = await read('Subject: s\r\nContent-Type: text/plain\r\n\r\nhello\r\n');
    expect(content).toMatchObject({ html: null, headers: 'Subject: s\r\nContent-Type: text/plain' });
    expect(content.text?.trim()).toBe('hello');
  });

  it('get text from the HTML where there is none', () => {
    const { text } = readBodies(null, '<p>Hi <b>Ann</b></p><ul><li>one</li></ul><script>x()</script>');
    expect(text).toContain('Hi Ann');
    expect(text).not.toContain('x()');
  });

  it('lose what runs and keep what shows', () => {
    const html = cleanHtml(
      '<p style="color:red" onclick="x()">a<script>x()</script><iframe src="y"></iframe>' +
        '<a href="javascript:x()">l</a><img src="cid:i" onerror="x()"><img src="https://x.example/i.png"></p>',
    );
    expect(html).not.toMatch(/script|onclick|onerror|iframe/);
    expect(html).toContain('color:red');
    expect(html).toContain('src="https://x.example/i.png"');
  });

  it('drop NUL characters, which databases refuse', async () => {
    expect((await read('Subject: a\0b\r\n\r\nx\0y')).headers).toBe('Subject: ab');
    expect((await read('Subject: s\r\n\r\nx\0y')).text).not.toContain('\0');
  });

  it('of a mail with carriage returns alone are found', async () => {
    expect((await read('Subject: s\rContent-Type: text/plain\r\rhello\r')).text?.trim()).toBe('hello');
  });
});

describe('attachments', () => {
  it('are files with names and bytes', async () => {
    const part = file(
      'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="../o f.pdf"',
      'PDF',
    );
    const { attachments } = await read(mixed('Content-Type: text/plain\r\n\r\nhello', part));
    expect(attachments).toMatchObject([{ name: 'o f.pdf', mediaType: 'application/pdf' }]);
    expect(Buffer.from(attachments[0]?.bytes ?? []).toString()).toBe('PDF');
  });

  it('are left out with their reason', async () => {
    const { attachments, omitted } = await read(
      mixed(
        'Content-Type: text/html\r\n\r\n<img src="cid:logo@x"><p>see</p>',
        file('Content-Type: image/png\r\nContent-ID: <logo@x>', 'shown'),
        file('Content-Type: image/png\r\nContent-Disposition: inline; filename=i.png', 'in line'),
        file(
          'Content-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip',
          'z'.repeat(1_001),
        ),
        'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=cloud.docx\r\n\r\n',
        file('Content-Type: image/png\r\nContent-Disposition: attachment; filename=photo.png', 'kept'),
      ),
    );
    expect(omitted).toEqual([
      { reason: 'inline', sizeBytes: 5 },
      { reason: 'inline', sizeBytes: 7 },
      { reason: 'too-large', sizeBytes: 1_001 },
      { reason: 'cloud-link', sizeBytes: expect.any(Number) },
    ]);
    expect(attachments.map(({ name }) => name)).toEqual(['photo.png']);
  });

  it('keep a mail within the mail as a file of its own', async () => {
    const inner = 'Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text';
    const content = await read(mixed('Content-Type: text/plain\r\n\r\nouter', inner));
    expect(content.attachments).toMatchObject([{ name: 'message.eml', mediaType: 'message/rfc822' }]);
    expect(content.text).not.toContain('inner text');
  });

  it.each([
    [null, 'image/png', 'attachment'],
    [null, 'message/rfc822', 'message.eml'],
    ['re: offer', 'message/rfc822', 're: offer.eml'],
    ['C:\\temp\\a.txt', 'text/plain', 'a.txt'],
    ['..', 'text/plain', 'attachment'],
    ['a\u202egpj.exe', 'text/plain', 'agpj.exe'],
  ])('%j of %s is named %s', (given, type, name) => {
    expect(attachmentName(given, type)).toBe(name);
  });

  it('keep their extension when a name is cut', () => {
    expect(attachmentName(`${'x'.repeat(300)}.pdf`, 'application/pdf')).toMatch(/^x{196}\.pdf$/);
  });
});

it('reads what no parser takes, headers and raw text at least', async () => {
  const deep = Array.from(
    { length: 400 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  );
  const content = await read(`Subject: deep\r\n${deep.join('')}end`);
  expect(content.headers).toContain('Subject: deep');
  expect((await read('')).headers).toBeNull();
});
