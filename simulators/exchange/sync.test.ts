/** SyncFolderItems and SyncFolderHierarchy: pages, kinds of change, moves, invalid states. */
import { expect, test } from 'vitest';
import { createRandom } from '../shared/random.ts';
import {
  ANN,
  type Answer,
  createTestWorld,
  findAll,
  firstText,
  SYNC_ITEMS,
  sampleMail,
} from './test-support.ts';

const KINDS = ['Create', 'Update', 'Delete', 'ReadFlagChange'];

function changesOf(answer: Answer): string[] {
  const changes = findAll(answer.root, 'Changes')[0]?.children ?? [];
  expect(changes.every((change) => KINDS.includes(change.name))).toBe(true);
  return changes.map((change) => `${change.name} ${findAll(change, 'ItemId')[0]?.attributes.Id}`);
}

function stateOf(answer: Answer): string {
  expect(answer.codes).toEqual(['NoError']);
  return firstText(answer.root, 'SyncState') ?? '';
}

test('the first sync gives newest first in pages and says which page is the last', async () => {
  const { simulator, call, clock } = createTestWorld();
  const ids = Array.from({ length: 7 }, (_, index) =>
    simulator.deliver(ANN, 'inbox', sampleMail(index), { receivedAt: clock.at + index * 1000 }),
  );
  const seen: string[] = [];
  const lasts: (string | undefined)[] = [];
  let state = '';
  for (let page = 0; page < 3; page += 1) {
    const answer = await call(SYNC_ITEMS(state, 3));
    state = stateOf(answer);
    seen.push(...changesOf(answer));
    lasts.push(firstText(answer.root, 'IncludesLastItemInRange'));
  }
  expect(seen).toEqual(ids.toReversed().map((id) => `Create ${id}`));
  expect(lasts).toEqual(['false', 'false', 'true']);
  expect(changesOf(await call(SYNC_ITEMS(state)))).toEqual([]);
});

test('what happens while the first sync is paging is told after it, and nothing is lost', async () => {
  const { simulator, call, clock } = createTestWorld();
  const ids = Array.from({ length: 6 }, (_, index) =>
    simulator.deliver(ANN, 'inbox', sampleMail(index), { receivedAt: clock.at + index * 1000 }),
  );
  const known = new Set<string>();
  let state = '';
  for (let page = 0, last = 'false'; last === 'false' && page < 20; page += 1) {
    const answer = await call(SYNC_ITEMS(state, 2));
    state = stateOf(answer);
    last = firstText(answer.root, 'IncludesLastItemInRange') ?? '';
    for (const change of changesOf(answer)) {
      const [kind, id = ''] = change.split(' ');
      if (kind === 'Delete') known.delete(id);
      else known.add(id);
    }
    if (page === 0) simulator.remove(ANN, ids[5] ?? '', 'hard');
    if (page === 0) simulator.deliver(ANN, 'inbox', sampleMail(10), { receivedAt: clock.at - 1e6 });
    if (page === 1) simulator.setCategories(ANN, ids[4] ?? '', ['Blue']);
    if (page === 1) simulator.remove(ANN, ids[0] ?? '', 'trash');
  }
  const inbox = simulator.snapshot(ANN).folders.find((folder) => folder.role === 'inbox');
  expect([...known].sort()).toEqual(inbox?.items.map((item) => item.id).sort());
});

test('whatever happens between pages, a client that follows them ends with what is there', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { simulator, call, clock } = createTestWorld();
    const random = createRandom(seed);
    const draw = (below: number) => Math.floor(random.next() * below);
    const inbox = () =>
      simulator.snapshot(ANN).folders.find((folder) => folder.role === 'inbox')?.items ?? [];
    for (let index = 0; index < 8; index += 1) simulator.deliver(ANN, 'inbox', sampleMail(index));
    const known = new Map<string, string | undefined>();
    let state = '';
    const sync = async () => {
      const answer = await call(SYNC_ITEMS(state, 1 + draw(3)));
      state = stateOf(answer);
      for (const change of findAll(answer.root, 'Changes')[0]?.children ?? []) {
        const { Id = '', ChangeKey } = findAll(change, 'ItemId')[0]?.attributes ?? {};
        if (change.name === 'Delete') known.delete(Id);
        else known.set(Id, ChangeKey);
      }
      return firstText(answer.root, 'IncludesLastItemInRange') === 'true';
    };
    for (let step = 0; step < 40; step += 1) {
      const items = inbox();
      const item = items[draw(items.length)];
      const act = draw(6);
      if (act === 0)
        simulator.deliver(ANN, 'inbox', sampleMail(step), { receivedAt: clock.at - draw(10) * 1000 });
      else if (act === 1 && item !== undefined) simulator.remove(ANN, item.id);
      else if (act === 2 && item !== undefined) simulator.setCategories(ANN, item.id, [String(step)]);
      else if (act === 3 && item !== undefined) simulator.edit(ANN, item.id, { isRead: !item.isRead });
      else await sync();
    }
    for (let page = 0; page < 60 && !(await sync()); page += 1);
    const expected = inbox().map((item) => [item.id, item.changeKey]);
    expect([...known].sort(), `seed ${seed}`).toEqual(expected.sort());
  }
});

test('later changes are Create, Update, Delete and ReadFlagChange, one per item', async () => {
  const { simulator, call } = createTestWorld();
  const [one = '', two = '', three = ''] = [1, 2, 3].map((n) =>
    simulator.deliver(ANN, 'inbox', sampleMail(n)),
  );
  const state = stateOf(await call(SYNC_ITEMS()));
  simulator.setCategories(ANN, one, ['Red']);
  simulator.edit(ANN, one, { isRead: true });
  simulator.edit(ANN, two, { isRead: true });
  simulator.remove(ANN, three, 'hard');
  const four = simulator.deliver(ANN, 'inbox', sampleMail(4));
  const brief = simulator.deliver(ANN, 'inbox', sampleMail(5));
  simulator.remove(ANN, brief, 'hard');
  const answer = await call(SYNC_ITEMS(state));
  expect(changesOf(answer)).toEqual([
    `Update ${one}`,
    `ReadFlagChange ${two}`,
    `Delete ${three}`,
    `Create ${four}`,
  ]);
  expect(firstText(answer.root, 'IsRead')).toBe('true');
});

test('a move is a Delete in the old folder and a Create under a new id, the search key staying', async () => {
  const { simulator, call } = createTestWorld();
  const id = simulator.deliver(ANN, 'inbox', sampleMail(1));
  simulator.createFolder(ANN, 'Inbox/Customers');
  const state = stateOf(await call(SYNC_ITEMS()));
  const before = simulator.snapshot(ANN).folders.find((folder) => folder.role === 'inbox')?.items[0];
  const moved = simulator.move(ANN, id, 'Inbox/Customers');
  expect(moved).not.toBe(id);
  expect(changesOf(await call(SYNC_ITEMS(state)))).toEqual([`Delete ${id}`]);
  const after = simulator.snapshot(ANN).folders.find((folder) => folder.path === 'Inbox/Customers')?.items[0];
  expect(after).toMatchObject({ id: moved, searchKey: before?.searchKey, messageId: before?.messageId });
});

test('ignored items are left out', async () => {
  const { simulator, call } = createTestWorld();
  const [one = '', two = ''] = [1, 2].map((n) => simulator.deliver(ANN, 'inbox', sampleMail(n)));
  const request = SYNC_ITEMS().replace(
    '<m:MaxChangesReturned>',
    `<m:Ignore><t:ItemId Id="${two}"/></m:Ignore><m:MaxChangesReturned>`,
  );
  expect(changesOf(await call(request))).toEqual([`Create ${one}`]);
});

test('a garbage, foreign or expired state is ErrorInvalidSyncStateData', async () => {
  const { simulator, call } = createTestWorld();
  simulator.deliver(ANN, 'inbox', sampleMail(1));
  const state = stateOf(await call(SYNC_ITEMS()));
  expect((await call(SYNC_ITEMS('Z2FyYmFnZQ=='))).codes).toEqual(['ErrorInvalidSyncStateData']);
  expect((await call(SYNC_ITEMS(state, 512, 'sentitems'))).codes).toEqual(['ErrorInvalidSyncStateData']);
  simulator.expireSyncStates(ANN, 'sentitems');
  expect((await call(SYNC_ITEMS(state))).codes).toEqual(['NoError']);
  simulator.expireSyncStates(ANN);
  expect((await call(SYNC_ITEMS(state))).codes).toEqual(['ErrorInvalidSyncStateData']);
});

test('more than 512 changes at once, or a body in a sync, is refused', async () => {
  const { call } = createTestWorld();
  const tooMany = await call(SYNC_ITEMS('', 513));
  expect([tooMany.status, tooMany.codes]).toEqual([500, ['ErrorSchemaValidation']]);
  for (const uri of ['item:Body', 'message:ToRecipients', 'item:Attachments']) {
    const extra = `<t:AdditionalProperties><t:FieldURI FieldURI="${uri}"/></t:AdditionalProperties>`;
    expect((await call(SYNC_ITEMS('', 10, 'inbox', extra))).codes).toEqual(['ErrorInvalidPropertyRequest']);
  }
});

test('the hierarchy gives folders once, then only what changed', async () => {
  const { simulator, call } = createTestWorld();
  const request = (state: string) =>
    `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>${state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`}</m:SyncFolderHierarchy>`;
  const first = await call(request(''));
  expect(findAll(first.root, 'Create')).toHaveLength(11);
  const state = stateOf(first);
  simulator.createFolder(ANN, 'Salesforce Emails');
  simulator.renameFolder(ANN, 'Notes', 'Scribbles');
  simulator.removeFolder(ANN, 'Journal');
  const second = await call(request(state));
  const kinds = findAll(second.root, 'Changes')[0]?.children.map((change) => change.name);
  expect(kinds?.toSorted()).toEqual(['Create', 'Delete', 'Update']);
  expect(firstText(second.root, 'DisplayName')).toBe('Salesforce Emails');
});

test('10,000 mails sync in 20 pages in a moment', async () => {
  const { simulator, call, clock } = createTestWorld();
  for (let index = 0; index < 10_000; index += 1) {
    simulator.deliver(ANN, 'inbox', sampleMail(index), { receivedAt: clock.at - index * 60_000 });
  }
  const startedAt = performance.now();
  let [state, pages, total] = ['', 0, 0];
  for (let last = 'false'; last === 'false'; pages += 1) {
    const answer = await call(SYNC_ITEMS(state));
    state = stateOf(answer);
    total += changesOf(answer).length;
    last = firstText(answer.root, 'IncludesLastItemInRange') ?? '';
  }
  expect([pages, total]).toEqual([20, 10_000]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
