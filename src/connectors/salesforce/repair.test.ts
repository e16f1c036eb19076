import { expect, test } from 'vitest';
import { failureByErrorCode } from './failures.ts';
import { mendRow, remedyFor } from './repair.ts';

const error = (code: string, fields: string[] = [], message = '') => ({ code, fields, message });

test('only refusals that may heal have a remedy', () => {
  const healing = Object.keys(failureByErrorCode).filter((code) => remedyFor([error(code)]) !== 'none');
  expect(healing.toSorted()).toEqual([
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'DUPLICATE_EXTERNAL_ID',
    'DUPLICATE_VALUE',
    'INVALID_EMAIL_ADDRESS',
    'INVALID_FIELD',
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    'PROCESSING_HALTED',
    'STRING_TOO_LONG',
    'UNABLE_TO_LOCK_ROW',
  ]);
  expect(remedyFor([])).toBe('none');
  expect(remedyFor([error('PROCESSING_HALTED'), error('UNABLE_TO_LOCK_ROW')])).toBe('wait-and-repeat');
});

test('a text that is too long is cut to the length that is told, else by half', () => {
  const row = { Subject: 'x'.repeat(100), TextBody: 'keep' };
  const told = error('STRING_TOO_LONG', ['Subject'], 'Subject: data value too large (max length=40)');
  expect(mendRow(row, [told])).toEqual({ Subject: 'x'.repeat(40), TextBody: 'keep' });
  expect(mendRow(row, [error('STRING_TOO_LONG', ['Subject'])])).toEqual({
    Subject: 'x'.repeat(50),
    TextBody: 'keep',
  });
  expect(mendRow(row, [error('STRING_TOO_LONG', ['Other'])])).toBeNull();
});

test('hidden fields are dropped, by list or by text, but never one that the mail is found by', () => {
  const row = { Headers: 'x', MessageIdentifier: 'key', Subject: 's' };
  expect(mendRow(row, [error('INVALID_FIELD', ['Headers'])])).toEqual({
    MessageIdentifier: 'key',
    Subject: 's',
  });
  const text = error('INVALID_FIELD', [], "No such column 'Headers' on sobject of type EmailMessage");
  expect(mendRow(row, [text])).toEqual({ MessageIdentifier: 'key', Subject: 's' });
  expect(mendRow(row, [error('INVALID_FIELD', ['MessageIdentifier'])])).toBeNull();
});

test('a sender that is no address becomes a name', () => {
  const row = { FromAddress: 'nobody', Subject: 's' };
  expect(mendRow(row, [error('INVALID_EMAIL_ADDRESS', ['FromAddress'])])).toEqual({
    FromName: 'nobody',
    Subject: 's',
  });
});
