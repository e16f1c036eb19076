/** Roll-outs (M7, M8) and the pre-flight of one person. A roll-out goes on in the worker; these routes make it, steer it and tell how far it is. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import {
  memberQuerySchema,
  rolloutFormSchema,
  rolloutMembersPageSchema,
  rolloutsPageSchema,
  rolloutViewSchema,
} from '../../api-schema/admin/rollouts.ts';
import { accessCheckSchema } from '../../api-schema/admin/users.ts';
import type { Admin } from '../../commands/admin.ts';
import { actOnRollout, createRollout, readReached } from '../../commands/change-rollouts.ts';
import { checkUserAccess } from '../../commands/check-user-access.ts';
import { exportMembers } from '../../commands/export-members.ts';
import type { Ports } from '../../commands/ports.ts';
import type { ProfileId, RolloutId, UserId } from '../../model/ids.ts';
import { rolloutActs } from '../../model/rollout-state.ts';
import { inOrganization } from '../../store/database.ts';
import type { PeopleFilter } from '../../store/listed-users.ts';
import { readReachablePerson } from '../../store/profile-accesses.ts';
import { reaches } from '../../store/reach.ts';
import { countMembers, listMembers } from '../../store/rollout-members.ts';
import { listRollouts } from '../../store/rollouts.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { PAGE_ITEMS, pageQuery, readMark, writeMark } from '../page-marks.ts';
import { apiProblem } from '../problems.ts';
import { accessCheckView, memberView, rolloutView } from '../rollout-views.ts';

export function addAdminRolloutRoutes(app: ApiApp, options: ApiOptions): void {
  addLists(app, options);
  addMembers(app, options);
  addChanges(app, options);
  addAccessCheck(app, options);
}

const listQuerySchema = z.object({ after: pageQuery.shape.before });

function addLists(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/rollouts',
    { schema: { querystring: listQuerySchema, response: { 200: rolloutsPageSchema } } },
    async (request) => {
      const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
      const after = readMark<RolloutId>(request.query.after);
      return await inOrganization(ports.db, organizationId, async (tx) => {
        const rollouts = await listRollouts(tx, { organizationId, reach, after, limit: PAGE_ITEMS });
        const ids = rollouts.map(({ id }) => id);
        const counts = await countMembers(tx, ids);
        const last = rollouts.length < PAGE_ITEMS ? undefined : rollouts.at(-1);
        return {
          items: rollouts.map((one) => rolloutView(one, counts.get(one.id) ?? [])),
          next: last === undefined ? null : writeMark(last.createdAt, last.id),
        };
      });
    },
  );

  app.get(
    '/api/admin/rollouts/:id',
    { schema: { params: idParamsSchema, response: { 200: rolloutViewSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      return await readView(ports, admin, request.params.id as RolloutId);
    },
  );
}

async function readView(ports: Ports, admin: Admin, id: RolloutId) {
  return await inOrganization(ports.db, admin.organizationId, async (tx) => {
    const rollout = await readReached(tx, admin, id);
    if (rollout === null) throw apiProblem('api.not-found');
    return rolloutView(rollout, (await countMembers(tx, [id])).get(id) ?? []);
  });
}

function addMembers(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/rollouts/:id/members',
    {
      schema: {
        params: idParamsSchema,
        querystring: memberQuerySchema,
        response: { 200: rolloutMembersPageSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { predicted = null, outcome = null, code = null, limit, after } = request.query;
      const rolloutId = request.params.id as RolloutId;
      const members = await inOrganization(ports.db, admin.organizationId, async (tx) => {
        if ((await readReached(tx, admin, rolloutId)) === null) throw apiProblem('api.not-found');
        const place = readPlace(after);
        return await listMembers(tx, { rolloutId, predicted, outcome, code, after: place, limit: limit + 1 });
      });
      const shown = members.slice(0, limit);
      const last = members.length > limit ? shown.at(-1) : undefined;
      return { items: shown.map(memberView), next: last === undefined ? null : String(last.position) };
    },
  );

  app.get(
    '/api/admin/rollouts/:id/members.csv',
    {
      schema: {
        params: idParamsSchema,
        response: { 200: z.any().describe('text/csv: everybody, in the order in which people are taken') },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { organizationId } = admin;
      const rolloutId = request.params.id as RolloutId;
      const found = await inOrganization(ports.db, organizationId, (tx) => readReached(tx, admin, rolloutId));
      if (found === null) throw apiProblem('api.not-found');
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="lockstep-roll-out.csv"')
        .send(Readable.from(exportMembers(ports, { organizationId, rolloutId })));
    },
  );
}

/** The position of the page's last person before; of a mark that is none, the beginning. */
function readPlace(after: string | undefined): number {
  return after !== undefined && /^\d{1,9}$/.test(after) ? Number(after) : -1;
}

function addChanges(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.put(
    '/api/admin/rollouts/:id',
    {
      schema: {
        description:
          'Makes a roll-out of this id and begins its pre-flight; sent again, it is the same one, whatever the body says.',
        params: idParamsSchema,
        body: rolloutFormSchema,
        response: { 200: rolloutViewSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'rollouts' });
      const id = request.params.id as RolloutId;
      const { profileId, who, waves, failuresMax } = request.body;
      const result = await createRollout(ports, admin, {
        ...{ id, waves, failuresMax },
        profileId: profileId as ProfileId,
        who: 'userIds' in who ? { userIds: who.userIds as UserId[] } : { filter: who.filter as PeopleFilter },
      });
      if (result === 'no-profile') throw apiProblem('api.not-found');
      if (result === 'taken') throw apiProblem('api.conflict');
      if (result === 'nobody') throw apiProblem('api.invalid-input', { fields: ['who'], detail: NOBODY });
      if (result === 'bad-waves') throw apiProblem('api.invalid-input', { fields: ['waves'], detail: WAVES });
      return await readView(ports, admin, id);
    },
  );

  app.post(
    '/api/admin/rollouts/:id/:act',
    {
      schema: {
        description:
          'check: looks at everybody anew; start; halt: after those under way; resume: tries the failed of the wave again and goes on; cancel. Each is harmless when repeated.',
        params: idParamsSchema.extend({ act: z.enum(rolloutActs) }),
        response: { 200: rolloutViewSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'rollouts' });
      const { act } = request.params;
      const id = request.params.id as RolloutId;
      const result = await actOnRollout(ports, admin, { id, act });
      if (result === 'unknown') throw apiProblem('api.not-found');
      if (result === 'impossible') throw apiProblem('api.conflict');
      return await readView(ports, admin, id);
    },
  );
}

const NOBODY = 'None of the people meant is in this profile. Move them there first, or choose others.';
const WAVES = 'The shares of the waves must grow, and the last one must be 100.';

function addAccessCheck(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  app.post(
    '/api/admin/users/:id/check-access',
    {
      config: mailLimit,
      schema: {
        description:
          'The pre-flight of one person: asks his mail service and Salesforce, and changes nothing.',
        params: idParamsSchema,
        response: { 200: accessCheckSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const { organizationId, reach } = admin;
      const userId = request.params.id as UserId;
      const person = await inOrganization(ports.db, organizationId, (tx) =>
        readReachablePerson(tx, { organizationId, userId }),
      );
      if (person === null || !reaches(reach, person.profile?.id ?? null)) throw apiProblem('api.not-found');
      const findings = await checkUserAccess(ports, admin, userId, AbortSignal.timeout(mailMs));
      if (findings === null) throw apiProblem('api.not-found');
      return accessCheckView(findings);
    },
  );
}
