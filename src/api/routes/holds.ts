/** Deletions that wait for the mailbox's owner (S5): the list, what one of them would delete, and his word. */
import { z } from 'zod';
import {
  heldRecordsQuerySchema,
  heldRecordsSchema,
  holdsPageSchema,
  holdsQuerySchema,
  holdViewSchema,
} from '../../api-schema/holds.ts';
import { decideOwnHold, type HoldDecision } from '../../commands/decide-hold.ts';
import { readHeldRecords, readOwnHolds } from '../../commands/read-holds.ts';
import type { HoldId, RecordId } from '../../model/ids.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import { requireSession } from '../session.ts';
import { holdView } from '../views.ts';
import { whoIs } from './activation.ts';

const params = z.object({ id: z.uuid() });

export function addHoldRoutes(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  app.get(
    '/api/holds',
    { schema: { querystring: holdsQuerySchema, response: { 200: holdsPageSchema } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const after = (request.query.after ?? null) as HoldId | null;
      const { items, next } = await readOwnHolds(ports, whoIs(session), after);
      return { items: items.map((hold) => holdView(hold)), next };
    },
  );

  app.get(
    '/api/holds/:id',
    {
      schema: { params, querystring: heldRecordsQuerySchema, response: { 200: heldRecordsSchema } },
      config: mailLimit,
    },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const wish = {
        id: request.params.id as HoldId,
        after: (request.query.after ?? null) as RecordId | null,
      };
      const held = await readHeldRecords(ports, whoIs(session), wish, AbortSignal.timeout(mailMs));
      if (held === null) throw apiProblem('api.not-found');
      const { hold, remaining, items, next } = held;
      return { hold: holdView(hold), remaining, items: items.map((one) => ({ ...one })), next };
    },
  );

  const decide = (verb: 'release' | 'drop', to: HoldDecision) =>
    app.post(
      `/api/holds/:id/${verb}`,
      { schema: { params, response: { 200: holdViewSchema } } },
      async (request) => {
        const session = await requireSession(ports, request, secure);
        const hold = await decideOwnHold(ports, whoIs(session), request.params.id as HoldId, to);
        if (hold === null) throw apiProblem('api.not-found');
        if (hold === 'decided') throw decidedProblem();
        return holdView(hold);
      },
    );
  decide('release', 'released');
  decide('drop', 'dropped');
}

/** Somebody decided otherwise before. */
export function decidedProblem() {
  return apiProblem('api.conflict', { detail: 'This was decided already. Load the page again to see how.' });
}
