import { expect, test } from 'vitest';
import { tokenScopes } from '../../../api-schema/admin/tokens.ts';
import { emptyToken, findTokenErrors, scopeWords } from './token-words.ts';

test('every scope is explained', () => {
  expect(scopeWords.map(([scope]) => scope)).toEqual([...tokenScopes]);
});

test('a token needs a name, a scope and an end', () => {
  expect(findTokenErrors({ ...emptyToken, scopes: [], days: '0' })).toEqual({
    name: 'Give it a name, such as what it is for.',
    scopes: 'Choose at least one thing that it may do.',
    days: 'Enter whole days from 1 to 365.',
  });
  expect(findTokenErrors({ ...emptyToken, name: 'Nightly export' })).toEqual({});
});
