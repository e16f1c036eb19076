/** A mail of the contract suite as bytes (RFC 5322), for simulators that are handed what came over the wire. */
import type { NewMail } from './mail-world.ts';

/** As it comes over the wire, attachments in base64. */
export function rawMail(
  to: string,
  { subject, body = 'Hello.', attachments = [] }: NewMail,
  number: number,
): Uint8Array {
  const head = [
    'From: Bob <bob@outside.test>',
    `To: Ann <${to}>`,
    `Subject: ${subject}`,
    `Message-ID: <mail-${number}@outside.test>`,
    'Date: Mon, 05 Jan 2026 07:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  const text = ['Content-Type: text/plain; charset=utf-8', '', body];
  const parts = attachments.map(({ name, bytes }) => [
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    Buffer.from(bytes)
      .toString('base64')
      .replace(/(.{76})/g, '$1\r\n'),
  ]);
  const lines =
    parts.length === 0
      ? [...head, ...text]
      : [
          ...head,
          'Content-Type: multipart/mixed; boundary=cut',
          '',
          ...[text, ...parts].flatMap((part) => ['--cut', ...part]),
          '--cut--',
        ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}
