/**
 * Goal: an item that Exchange cannot write as MIME is read whole by the second way, or told to be unreadable. Method: answers written by hand after
 * https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getattachment-operation.
 */
import { describe, expect, it } from 'vitest';
import { answer, connect, failed, message, success } from '../../../test/support/canned-exchange.ts';
import type { ItemId } from '../../model/ids.ts';

const LIMITS = { attachmentBytesMax: 1_000 };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const attached = (id: string, inside: string, element = 'FileAttachment') =>
  `<t:${element}><t:AttachmentId Id="${id}"/>${inside}</t:${element}>`;

/** Reads the one item `D`, which has these attachments; `file` answers for each that is asked for. */
async function read(attachments: readonly string[], file: (id: string) => string) {
  const { connector, bodies } = connect((body, operation) => {
    if (operation === 'GetAttachment') return file(/AttachmentId Id="([^"]+)"/.exec(body)?.[1] ?? '');
    if (body.includes('IncludeMimeContent'))
      return answer('GetItem', failed('GetItem', 'ErrorMimeContentConversionFailed'));
    const type = body.includes('HTML') ? 'HTML' : 'Text';
    const shown = `<t:Body BodyType="${type}">hi</t:Body><t:Attachments>${attachments.join('')}</t:Attachments>`;
    return answer('GetItem', success('GetItem', message('D', shown)));
  });
  const [result] = await connector.readContents(['D' as ItemId], LIMITS);
  return { result, bodies };
}

const file = (content: string) =>
  answer(
    'GetAttachment',
    success(
      'GetAttachment',
      `<m:Attachments><t:FileAttachment><t:Content>${base64(content)}</t:Content></t:FileAttachment></m:Attachments>`,
    ),
  );

describe('a damaged item with attachments', () => {
  it('comes with each file, by a request of its own', async () => {
    const name = '<t:Name>offer.pdf</t:Name><t:ContentType>application/pdf</t:ContentType><t:Size>9</t:Size>';
    const { result, bodies } = await read([attached('f1', name), attached('f2', '<t:Size>3</t:Size>')], file);
    expect(result).toMatchObject({
      ok: true,
      value: {
        headers: null,
        attachments: [
          { name: 'offer.pdf', mediaType: 'application/pdf', bytes: Buffer.from('f1') },
          { mediaType: 'application/octet-stream', bytes: Buffer.from('f2') },
        ],
        omitted: [],
      },
    });
    expect(bodies.filter((body) => body.includes('<m:GetAttachment>'))).toHaveLength(2);
  });

  it('comes with an attached mail as MIME', async () => {
    const mail = attached('m', '<t:Name>Re: Offer</t:Name><t:Size>20</t:Size>', 'ItemAttachment');
    const content = `<t:MimeContent CharacterSet="UTF-8">${base64('Subject: x\r\n\r\ny')}</t:MimeContent>`;
    const inside = `<m:Attachments><t:ItemAttachment><t:Message>${content}</t:Message></t:ItemAttachment></m:Attachments>`;
    const { result, bodies } = await read([mail], () =>
      answer('GetAttachment', success('GetAttachment', inside)),
    );
    expect(result).toMatchObject({
      value: { attachments: [{ mediaType: 'message/rfc822', bytes: Buffer.from('Subject: x\r\n\r\ny') }] },
    });
    expect(bodies.at(-1)).toContain('<t:IncludeMimeContent>true</t:IncludeMimeContent>');
  });

  it('leaves out pictures of the text, links to the cloud and what is too large, and does not ask for them', async () => {
    const picture = '<t:ContentType>image/png</t:ContentType><t:Size>5</t:Size><t:IsInline>true</t:IsInline>';
    const { result, bodies } = await read(
      [
        attached('i', picture),
        attached('c', '<t:Size>7</t:Size>', 'ReferenceAttachment'),
        attached('l', '<t:Size>1001</t:Size>'),
        attached(
          'k',
          '<t:ContentType>text/plain</t:ContentType><t:Size>1000</t:Size><t:IsInline>true</t:IsInline>',
        ),
      ],
      file,
    );
    expect(result).toMatchObject({
      value: {
        attachments: [{ mediaType: 'text/plain', bytes: Buffer.from('k') }],
        omitted: [
          { reason: 'inline', sizeBytes: 5 },
          { reason: 'cloud-link', sizeBytes: 7 },
          { reason: 'too-large', sizeBytes: 1_001 },
        ],
      },
    });
    expect(bodies.filter((body) => body.includes('<m:GetAttachment>'))).toHaveLength(1);
  });
});

describe('a damaged item is unreadable as a whole', () => {
  const one = [attached('f', '<t:Size>3</t:Size>')];

  it('when an attachment cannot be read', async () => {
    const { result } = await read(one, () =>
      answer('GetAttachment', failed('GetAttachment', 'ErrorCannotOpenFileAttachment')),
    );
    expect(result).toMatchObject({ ok: false, itemId: 'D', failure: { kind: 'bad-item' } });
  });

  it('when an attachment comes without content', async () => {
    const { result } = await read(one, () =>
      answer('GetAttachment', success('GetAttachment', '<m:Attachments/>')),
    );
    expect(result).toMatchObject({ ok: false, failure: { vendorCode: 'NoContent' } });
  });

  it('when it has more than fifty attachments: none is asked for', async () => {
    const many = Array.from({ length: 51 }, (_, at) => attached(`f${at}`, '<t:Size>1</t:Size>'));
    const { result, bodies } = await read(many, file);
    expect(result).toMatchObject({ ok: false, failure: { vendorCode: 'TooManyAttachments' } });
    expect(bodies.some((body) => body.includes('<m:GetAttachment>'))).toBe(false);
  });
});
