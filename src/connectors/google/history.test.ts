import { expect, test } from 'vitest';
import { endOf, foldHistory, historySchema } from './history.ts';

const page = (...history: readonly object[]) => historySchema.parse({ history, historyId: '100' });
const of = (id: string, labelIds?: readonly string[]) => ({
  message: { id, threadId: id, ...(labelIds === undefined ? {} : { labelIds }) },
});

test('the last record of a message counts, whatever the order of records', () => {
  const moved = foldHistory(
    page(
      { id: '12', labelsRemoved: [{ ...of('a', ['Label_1']), labelIds: ['INBOX'] }] },
      { id: '9', messagesAdded: [of('a', ['INBOX'])] },
      { id: '13', messagesDeleted: [of('b')] },
      { id: '11', messagesAdded: [of('b', ['INBOX'])] },
    ),
  );
  expect(moved).toEqual([
    { id: 'a', kind: 'relabelled', labelIds: ['Label_1'] },
    { id: 'b', kind: 'deleted', labelIds: null },
  ]);
});

test('drafts, spam and trash are left out, and so is what only reading or stars changed', () => {
  const moved = foldHistory(
    page(
      { id: '1', messagesAdded: [of('draft', ['DRAFT']), of('spam', ['SPAM'])] },
      { id: '2', messagesDeleted: [of('old draft', ['DRAFT'])] },
      { id: '3', labelsAdded: [{ ...of('thrown', ['TRASH']), labelIds: ['TRASH'] }] },
      { id: '4', labelsRemoved: [{ ...of('read', ['INBOX']), labelIds: ['UNREAD'] }] },
      { id: '5', labelsAdded: [{ ...of('starred', ['INBOX', 'STARRED']), labelIds: ['STARRED'] }] },
    ),
  );
  expect(moved).toEqual([]);
});

test('labels that are not told are not taken for none', () => {
  const moved = foldHistory(page({ id: '1', labelsAdded: [{ ...of('a'), labelIds: ['Label_1'] }] }));
  expect(moved).toEqual([{ id: 'a', kind: 'relabelled', labelIds: null }]);
});

test('the end is the furthest id that is told, compared as numbers of any length', () => {
  expect(endOf(page({ id: '99' }), '7')).toBe('100');
  expect(endOf(page({ id: '18446744073709551615' }), '7')).toBe('18446744073709551615');
  expect(endOf(historySchema.parse({}), '7')).toBe('7');
});
