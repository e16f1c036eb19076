import { expect, test } from 'vitest';
import { splitMbox } from './load-mail.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('an mbox is split at its From lines and quoted ones are restored', () => {
  const mbox =
    'From a@b Mon Jan 1\nSubject: one\n\n>From here on\n\nFrom c@d Tue Jan 2\nSubject: two\n\nbody From x\n';
  expect(splitMbox(bytes(mbox)).map((message) => Buffer.from(message).toString('latin1'))).toEqual([
    'Subject: one\n\nFrom here on',
    'Subject: two\n\nbody From x\n',
  ]);
});
