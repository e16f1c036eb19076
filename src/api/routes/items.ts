/** Single events, contacts and tasks, for their owner alone: what is near, *Why?*, and *Try now*. Read live at every request; nothing of them is kept. */
import {
  itemExplanationSchema,
  itemNameSchema,
  nearItemsSchema,
  nearQuerySchema,
  settledItemSchema,
  settleFormSchema,
} from '../../api-schema/items.ts';
import { explainItem } from '../../commands/explain-item.ts';
import { readNearItems } from '../../commands/read-near-items.ts';
import type { ItemName } from '../../commands/see-item.ts';
import { settleItem } from '../../commands/settle-item.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { itemExplanationView, nearItemsView, settledItemView } from '../item-views.ts';
import { apiProblem } from '../problems.ts';
import { requireSession } from '../session.ts';
import { whoIs } from './activation.ts';

export function addItemRoutes(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  app.get(
    '/api/items/near',
    { schema: { querystring: nearQuerySchema, response: { 200: nearItemsSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const { collection } = request.query;
      const items = await readNearItems(ports, whoIs(session), collection, AbortSignal.timeout(mailMs));
      if (items === null) throw apiProblem('api.not-found');
      return nearItemsView(items);
    },
  );

  app.post(
    '/api/items/explain',
    { schema: { body: itemNameSchema, response: { 200: itemExplanationSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const name = request.body as ItemName;
      const found = await explainItem(ports, whoIs(session), name, AbortSignal.timeout(mailMs));
      if (found === null) throw notFound();
      return itemExplanationView(found);
    },
  );

  app.post(
    '/api/items/settle',
    { schema: { body: settleFormSchema, response: { 200: settledItemSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const { allowDuplicate, ...named } = request.body;
      const name = named as ItemName;
      const signal = AbortSignal.timeout(mailMs);
      const settled = await settleItem(ports, whoIs(session), { name, allowDuplicate }, signal);
      if (settled === null) throw notFound();
      if (settled === 'busy')
        throw apiProblem('api.conflict', { detail: 'A run is under way. Try again when it is done.' });
      return settledItemView(settled);
    },
  );
}

function notFound() {
  return apiProblem('api.not-found', {
    detail: 'Neither your mailbox nor Salesforce has this any more, or it is of another mailbox.',
  });
}
