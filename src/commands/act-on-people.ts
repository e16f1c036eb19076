/**
 * One action on many people: those named, or everybody whom a filter lets through. One after the other, each in a transaction of his own, so that it can
 * be stopped between any two of them and asked again for the rest.
 */
import type { UserId } from '../model/ids.ts';
import type { PeopleFilter } from '../store/listed-users.ts';
import { COUNT_MAX } from '../store/listed-users.ts';
import { type ActRefusal, actOnPerson, type PersonAct } from './act-on-person.ts';
import type { Admin } from './admin.ts';
import { listPeopleIds } from './list-people.ts';
import type { Ports } from './ports.ts';

const PAGE = 200;
/** People between two lines of progress. */
const PROGRESS_STEP = 25;

export type ActTarget = { readonly userIds: readonly UserId[] } | { readonly filter: PeopleFilter };

export type ActStep =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'refused'; readonly userId: UserId; readonly why: ActRefusal }
  | { readonly kind: 'end'; readonly done: number; readonly changed: number; readonly refused: number };

/** Ends after the person under way when `stop` aborts; then there is no `end`. */
export async function* actOnPeople(
  ports: Ports,
  admin: Admin,
  wish: { readonly act: PersonAct; readonly target: ActTarget },
  stop: AbortSignal,
): AsyncGenerator<ActStep> {
  let done = 0;
  let changed = 0;
  let refused = 0;
  for await (const { ids, total } of pagesOf(ports, admin, wish.target)) {
    for (const userId of ids) {
      if (stop.aborted) return;
      // What is begun is finished: a person half given back would be worse than a late stop.
      const result = await actOnPerson(ports, admin, userId, wish.act, new AbortController().signal);
      done += 1;
      if (result === 'changed') changed += 1;
      if (typeof result !== 'string') {
        refused += 1;
        yield { kind: 'refused', userId, why: result.refused };
      }
      if (done % PROGRESS_STEP === 0) yield { kind: 'progress', done, total: Math.max(total, done) };
    }
  }
  yield { kind: 'end', done, changed, refused };
}

async function* pagesOf(
  ports: Ports,
  admin: Admin,
  target: ActTarget,
): AsyncGenerator<{ readonly ids: readonly UserId[]; readonly total: number }> {
  if ('userIds' in target) {
    const ids = [...new Set(target.userIds)];
    yield { ids, total: ids.length };
    return;
  }
  let after: Parameters<typeof listPeopleIds>[2]['after'] = null;
  for (let seen = 0; seen < COUNT_MAX; seen += PAGE) {
    const page: Awaited<ReturnType<typeof listPeopleIds>> = await listPeopleIds(ports, admin, {
      filter: target.filter,
      limit: PAGE,
      after,
    });
    yield page;
    if (page.next === null) return;
    after = { ...page.next, total: page.total };
  }
}
