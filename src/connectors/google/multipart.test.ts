import { expect, test } from 'vitest';
import { readBatch, writeBatch } from './multipart.ts';

const answer = (id: string, status: number, body: string, headers = '') =>
  `Content-Type: application/http\r\n${id === '' ? '' : `Content-ID: ${id}\r\n`}\r\nHTTP/1.1 ${status} Word\r\n` +
  `Content-Type: application/json\r\n${headers}\r\n${body}`;
const whole = (mark: string, ...parts: readonly string[]) =>
  `${parts.map((part) => `--${mark}\r\n${part}\r\n`).join('')}--${mark}--\r\n`;

test('requests are numbered, and carry a body only where they have one', () => {
  const { contentType, body } = writeBatch([
    { verb: 'GET', path: '/gmail/v1/users/me/messages/1', body: undefined },
    { verb: 'POST', path: '/gmail/v1/users/me/messages/2/modify', body: { addLabelIds: ['ü'] } },
  ]);
  const mark = /boundary=(.+)$/.exec(contentType)?.[1] ?? '';
  expect(body.split(`--${mark}`)).toHaveLength(4);
  expect(body).toContain('Content-ID: <item-1>');
  expect(body).toContain('GET /gmail/v1/users/me/messages/1 HTTP/1.1');
  expect(body).toContain(`Content-Length: 22\r\n\r\n{"addLabelIds":["ü"]}`);
});

test('answers are found by their number in whatever order, with the form of the id that Google or others give', () => {
  const text = whole(
    'b1',
    answer('<response-item-1>', 404, '{"error":{}}'),
    answer('response-<item-0>:12930812@example', 200, '{"id":"x"}\r\n\r\n{"y":1}'),
    answer('<response-item-2>', 429, '', 'Retry-After: 7\r\n'),
  );
  expect(readBatch('multipart/mixed; boundary="b1"', text, 4)).toEqual([
    { status: 200, text: '{"id":"x"}\r\n\r\n{"y":1}', retryAfter: null },
    { status: 404, text: '{"error":{}}', retryAfter: null },
    { status: 429, text: '', retryAfter: '7' },
    undefined,
  ]);
});

test('answers without numbers count by place, and line feeds alone are lines', () => {
  const text = whole('b', answer('', 200, '{}'), answer('', 204, '')).replaceAll('\r\n', '\n');
  expect(readBatch('multipart/mixed; boundary=b; charset=UTF-8', text, 2)).toMatchObject([
    { status: 200 },
    { status: 204 },
  ]);
});

test('what is no batch gives no answers', () => {
  expect(readBatch('text/html', '<html>', 1)).toEqual([undefined]);
  expect(readBatch('multipart/mixed; boundary=none', '<<no batch', 1)).toEqual([undefined]);
});
