import { beforeEach, describe, expect, it } from 'vitest';
import { ANN, callWith, createTestWorld, type GraphCaller, sampleMail, signIn } from './test-support.ts';

const IMMUTABLE = { prefer: 'IdType="ImmutableId"' };
const DELTA = '/me/mailFolders/inbox/messages/delta?$select=subject,isRead';

let world: ReturnType<typeof createTestWorld>;
let call: GraphCaller;
const deliver = (number: number, folder = 'inbox') =>
  world.simulator.deliver(ANN, folder, sampleMail(number), { receivedAt: world.clock.at + number * 1000 });

beforeEach(async () => {
  world = createTestWorld();
  call = callWith(world.simulator, (await signIn(world.simulator)).access_token);
});

interface Round {
  items: { id: string; subject?: string; '@removed'?: { reason: string } }[];
  pages: number;
  link: string;
}

async function round(link: string, headers: Record<string, string> = {}): Promise<Round> {
  const items: Round['items'] = [];
  let next: string | undefined = link;
  let last = '';
  let pages = 0;
  while (next !== undefined) {
    const { status, body } = await call('GET', next, { headers: { ...IMMUTABLE, ...headers } });
    expect(status).toBe(200);
    items.push(...body.value);
    pages += 1;
    last = body['@odata.deltaLink'] ?? '';
    next = body['@odata.nextLink'];
  }
  return { items, pages, link: last };
}

describe('delta queries over messages', () => {
  it('give everything newest first in pages, then only what changed, then nothing', async () => {
    const ids = [1, 2, 3, 4, 5].map((number) => deliver(number));
    const first = await round(DELTA, { prefer: 'IdType="ImmutableId", odata.maxpagesize=2' });
    expect(first.pages).toBe(3);
    expect(first.items.map((item) => item.subject)).toEqual(
      [5, 4, 3, 2, 1].map((number) => `Sample ${number}`),
    );
    expect((await round(first.link)).items).toEqual([]);
    world.simulator.setCategories(ANN, ids[1] ?? '', ['Blue']);
    world.simulator.move(ANN, ids[2] ?? '', 'archive');
    world.simulator.remove(ANN, ids[3] ?? '', 'hard');
    const added = deliver(6);
    const second = await round(first.link);
    expect(second.items.map((item) => item.id)).toEqual([ids[1], ids[2], ids[3], added]);
    expect(second.items.map((item) => item['@removed']?.reason)).toEqual([
      undefined,
      'deleted',
      'deleted',
      undefined,
    ]);
    expect((await round(second.link)).items).toEqual([]);
  });

  it('tell that a mail is gone which left, came back and left again', async () => {
    const id = deliver(1);
    const { link } = await round(DELTA);
    for (const folder of ['archive', 'inbox', 'archive']) world.simulator.move(ANN, id, folder);
    expect((await round(link)).items).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
  });

  it('give a change whole that was followed by a read mark, on whatever page it comes', async () => {
    const [one = '', two = ''] = [deliver(1), deliver(2)];
    const { link } = await round(DELTA);
    world.simulator.edit(ANN, one, { subject: 'Edited' });
    world.simulator.setCategories(ANN, two, ['Blue']);
    world.simulator.edit(ANN, one, { isRead: true });
    const { items, pages } = await round(link, { prefer: 'IdType="ImmutableId", odata.maxpagesize=1' });
    expect([pages, items.map(({ id, subject }) => [id, subject])]).toEqual([
      2,
      [
        [two, 'Sample 2'],
        [one, 'Edited'],
      ],
    ]);
  });

  it('miss nothing that changes while a round is being read', async () => {
    for (const number of [1, 2, 3, 4]) deliver(number);
    const headers = { prefer: 'IdType="ImmutableId", odata.maxpagesize=3' };
    const page = await call('GET', DELTA, { headers });
    const late = deliver(9);
    const rest = await round(page.body['@odata.nextLink'], headers);
    expect((await round(rest.link)).items.map((item) => item.id)).toEqual([late]);
  });

  it('may give a message twice', async () => {
    for (const number of [1, 2, 3]) deliver(number);
    world.simulator.settings.repeatProbability = 1;
    expect((await round(DELTA)).items).toHaveLength(6);
  });

  it.each(['resyncRequired', 'syncStateNotFound'] as const)(
    'answer an expired token with 410 and %s',
    async (form) => {
      const { link } = await round(DELTA);
      world.simulator.expireDeltaTokens(ANN, 'inbox', form);
      const gone = await call('GET', link);
      expect(gone.status).toBe(410);
      expect(gone.body.error.code).toBe(form);
      const fresh = gone.headers.get('location') ?? '';
      expect(fresh).toMatch(/\$deltatoken=$/);
      expect((await call('GET', fresh)).status).toBe(200);
    },
  );

  it('follow a filter by date and refuse every other', async () => {
    for (const number of [1, 2, 3]) deliver(number);
    const since = new Date(world.clock.at + 2000).toISOString();
    const { items } = await round(`${DELTA}&$filter=receivedDateTime ge ${since}`);
    expect(items.map((item) => item.subject)).toEqual(['Sample 3', 'Sample 2']);
    expect((await call('GET', `${DELTA}&$filter=isRead eq true`)).status).toBe(400);
  });

  it('run over folders too', async () => {
    const first = await round('/me/mailFolders/delta');
    expect(first.items.length).toBe(8);
    const folderId = world.simulator.createFolder(ANN, 'Inbox/Customers');
    world.simulator.renameFolder(ANN, 'Inbox/Customers', 'Clients');
    const second = await round(first.link);
    expect(second.items).toMatchObject([{ id: folderId, displayName: 'Clients' }]);
    world.simulator.removeFolder(ANN, 'Inbox/Clients');
    expect((await round(second.link)).items).toMatchObject([
      { id: folderId, '@removed': { reason: 'deleted' } },
    ]);
  });
});
