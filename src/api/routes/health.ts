/** Whether the process lives, and whether it can do its work. For load balancers and orchestrators; says nothing about anybody. */
import { z } from 'zod';
import { databaseAnswers } from '../../store/database.ts';
import type { ApiApp, ApiOptions } from '../app.ts';

const statusSchema = z.object({ status: z.enum(['ok', 'unavailable']) });

export function addHealthRoutes(app: ApiApp, { ports }: ApiOptions): void {
  app.get('/health', { schema: { response: { 200: statusSchema } } }, async () => ({
    status: 'ok' as const,
  }));

  app.get(
    '/ready',
    { schema: { response: { 200: statusSchema, 503: statusSchema } } },
    async (_request, reply) => {
      if (await databaseAnswers(ports.db)) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'unavailable' });
    },
  );
}
