/** The platform admins' routes for erasing a person (P9). The address is in the body: addresses of requests are logged. */
import { z } from 'zod';
import {
  type ErasureView,
  erasureFormSchema,
  erasureLineSchema,
  erasureViewSchema,
} from '../../api-schema/admin/erasure.ts';
import { erasePerson, listWrittenAbout } from '../../commands/erase-person.ts';
import { REMOVAL_MS_MAX } from '../../commands/remove-records.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { tellLines } from '../lines.ts';
import { removalView } from '../mail-views.ts';

const need = { scope: 'users', platform: true } as const;

const answer = {
  200: z
    .any()
    .describe('application/x-ndjson: lines as `erasureLineSchema` has them')
    .meta({ contentSchema: z.toJSONSchema(erasureLineSchema) }),
};

export function addErasureRoutes(app: ApiApp, { ports, secure, activationLimit }: ApiOptions): void {
  app.post(
    '/api/admin/erasures/find',
    {
      schema: {
        description: 'What Lockstep wrote about one address in Salesforce. Changes nothing.',
        body: erasureFormSchema,
        response: { 200: erasureViewSchema },
      },
      config: activationLimit,
    },
    async (request): Promise<ErasureView> => {
      const admin = await requireAdmin(ports, request, secure, need);
      const signal = AbortSignal.timeout(REMOVAL_MS_MAX);
      const { items, ...rest } = await listWrittenAbout(ports, admin, request.body.address, signal);
      return {
        ...rest,
        items: items.map((one) => ({ ...one, madeAt: new Date(one.madeAt).toISOString() })),
      };
    },
  );

  app.post(
    '/api/admin/erasures',
    {
      schema: {
        description:
          'Removes what Lockstep wrote about one address into Salesforce’s recycle bin. What people made themselves stays.',
        body: erasureFormSchema,
        response: answer,
      },
      config: activationLimit,
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, need);
      const { address } = request.body;
      return tellLines(ports, reply, async (telling) => {
        const signal = AbortSignal.timeout(REMOVAL_MS_MAX);
        return removalView(await erasePerson(ports, admin, address, { ...telling, signal }));
      });
    },
  );
}
