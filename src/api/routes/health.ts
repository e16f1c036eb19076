/** Whether the process lives, and whether it can do its work. For load balancers and orchestrators; says nothing about anybody. */
import { z } from 'zod';
import { databaseAnswers } from '../../store/database.ts';
import type { ApiApp, ApiOptions } from '../app.ts';

const statusSchema = z.object({
  status: z
    .enum(['ok', 'unavailable', 'draining', 'stuck'])
    .describe(
      'unavailable: the database does not answer; draining: the process is being stopped; stuck: its worker has stood still for minutes',
    ),
});

export function addHealthRoutes(app: ApiApp, { ports, vitals }: ApiOptions): void {
  app.get(
    '/health',
    { schema: { response: { 200: statusSchema, 503: statusSchema } } },
    async (_request, reply) => {
      if (vitals?.isLive() ?? true) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'stuck' });
    },
  );

  app.get(
    '/ready',
    { schema: { response: { 200: statusSchema, 503: statusSchema } } },
    async (_request, reply) => {
      const answers = async () => ((await databaseAnswers(ports.db)) ? 'ok' : 'no-database');
      const state = await (vitals?.readiness() ?? answers());
      if (state === 'ok') return { status: 'ok' as const };
      return reply.code(503).send({ status: state === 'draining' ? 'draining' : 'unavailable' });
    },
  );
}
