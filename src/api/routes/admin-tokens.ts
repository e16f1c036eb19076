/** Service tokens in the administrators' console: platform admins make and end them, by a session of their own; no token makes another. */
import { z } from 'zod';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { newTokenSchema, tokenFormSchema, tokensViewSchema } from '../../api-schema/admin/tokens.ts';
import type { Admin } from '../../commands/admin.ts';
import { endToken, makeToken } from '../../commands/make-token.ts';
import type { Ports } from '../../commands/ports.ts';
import type { ProfileId, ServiceTokenId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listServiceTokens } from '../../store/service-tokens.ts';
import { requireAdmin } from '../admin-session.ts';
import { tokenView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';

const inPerson = { scope: null, platform: true } as const;

export function addAdminTokenRoutes(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/admin/tokens', { schema: { response: { 200: tokensViewSchema } } }, async (request) => ({
    items: await tokenViews(ports, await requireAdmin(ports, request, secure, inPerson)),
  }));

  app.post(
    '/api/admin/tokens',
    { schema: { body: tokenFormSchema, response: { 201: newTokenSchema } } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, inPerson);
      const { profileId, ...form } = request.body;
      const made = await makeToken(ports, admin, { ...form, profileId: profileId as ProfileId | null });
      if (made === null)
        throw apiProblem('api.invalid-input', {
          fields: ['profileId'],
          detail: 'The profile is not there, or there are as many tokens as there may be.',
        });
      const view = (await tokenViews(ports, admin)).find(({ id }) => id === made.id);
      if (view === undefined) throw apiProblem('api.not-found');
      return reply.code(201).send({ token: made.token, view });
    },
  );

  app.delete(
    '/api/admin/tokens/:id',
    { schema: { params: idParamsSchema, response: { 204: z.null() } } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, inPerson);
      if (!(await endToken(ports, admin, request.params.id as ServiceTokenId)))
        throw apiProblem('api.not-found');
      return reply.code(204).send(null);
    },
  );
}

async function tokenViews(ports: Ports, { organizationId }: Admin) {
  const tokens = await inOrganization(ports.db, organizationId, (tx) =>
    listServiceTokens(tx, organizationId),
  );
  return tokens.map(tokenView);
}
