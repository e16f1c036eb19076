/** People in the administrators' console (G1, G2): the list and its CSV, one person, adding and changing him, and actions on many. */
import type { z } from 'zod';
import { bulkLineSchema, idParamsSchema } from '../../api-schema/admin/common.ts';
import {
  bulkActionSchema,
  changeUserSchema,
  userFormSchema,
  userQuerySchema,
  usersPageSchema,
  userViewSchema,
} from '../../api-schema/admin/users.ts';
import { type ActStep, actOnPeople } from '../../commands/act-on-people.ts';
import type { ActRefusal, PersonAct } from '../../commands/act-on-person.ts';
import { addUser } from '../../commands/add-user.ts';
import type { Admin } from '../../commands/admin.ts';
import { changePerson } from '../../commands/change-person.ts';
import { exportPeople } from '../../commands/export-lists.ts';
import { listPeople } from '../../commands/list-people.ts';
import type { Ports } from '../../commands/ports.ts';
import { readPersonPage } from '../../commands/read-person.ts';
import type { LicenseId, ProfileId, UserId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import type { PeopleFilter } from '../../store/listed-users.ts';
import type { PersonChange } from '../../store/people.ts';
import { readNames } from '../../store/user-rows.ts';
import { refusalProblem } from '../act-refusals.ts';
import { requireAdmin } from '../admin-session.ts';
import { userRowView, userView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { csvAnswer, sendCsv } from '../csv-answers.ts';
import { bulkLines } from '../lines.ts';
import { readPeopleMark, writePeopleMark } from '../list-marks.ts';
import { ApiProblem, apiProblem } from '../problems.ts';

export function addAdminUserRoutes(app: ApiApp, options: ApiOptions): void {
  addLists(app, options);
  addOne(app, options);
  addActions(app, options);
}

function addLists(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/users',
    { schema: { querystring: userQuerySchema, response: { 200: usersPageSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { sort, order, limit, after, ...filter } = request.query;
      const mark = after === undefined ? null : readPeopleMark(after, { sort, order });
      const page = await listPeople(ports, admin, {
        ...{ sort, order, limit },
        filter: filter as PeopleFilter,
        after: mark === null ? null : { key: mark[2], id: mark[3] as UserId, total: mark[4] },
      });
      const { next, total } = page;
      return {
        items: page.rows.map(userRowView),
        next: next === null ? null : writePeopleMark([sort, order, next.key, next.id, total]),
        total,
      };
    },
  );

  app.get(
    '/api/admin/users.csv',
    {
      schema: {
        querystring: userQuerySchema.omit({ limit: true, after: true }),
        response: csvAnswer,
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { sort, order, ...filter } = request.query;
      return sendCsv(
        reply,
        'people',
        exportPeople(ports, admin, { sort, order, filter: filter as PeopleFilter }),
      );
    },
  );
}

async function answerPerson(ports: Ports, admin: Admin, id: UserId) {
  const page = await readPersonPage(ports, admin, id);
  if (page === null) throw apiProblem('api.not-found');
  return userView(page);
}

function addOne(app: ApiApp, { ports, secure, activationMs, activationLimit }: ApiOptions): void {
  app.get(
    '/api/admin/users/:id',
    { schema: { params: idParamsSchema, response: { 200: userViewSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      return await answerPerson(ports, admin, request.params.id as UserId);
    },
  );

  app.patch(
    '/api/admin/users/:id',
    { schema: { params: idParamsSchema, body: changeUserSchema, response: { 200: userViewSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const id = request.params.id as UserId;
      const result = await changePerson(ports, admin, id, request.body as PersonChange);
      if (result.kind === 'refused') throw new ApiProblem(refusalProblem(result.why));
      return await answerPerson(ports, admin, id);
    },
  );

  app.post(
    '/api/admin/users',
    {
      schema: {
        description: 'The same login again changes him.',
        body: userFormSchema,
        response: { 200: userViewSchema },
      },
      config: activationLimit,
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const { fullName, crmUsername, crmUserId, mailboxAddress, mailboxLogin, profileId, licenseId } =
        request.body;
      const added = await addUser(
        ports,
        admin,
        {
          ...{ fullName, crmUsername, crmUserId: crmUserId ?? null },
          ...{ mailboxAddress: mailboxAddress ?? null, mailboxLogin: mailboxLogin ?? null },
          profileId: (profileId ?? null) as ProfileId | null,
          licenseId: (licenseId ?? null) as LicenseId | null,
        },
        AbortSignal.timeout(activationMs),
      );
      if (added.kind === 'bad')
        throw apiProblem('api.invalid-input', {
          ...(added.column === null ? {} : { fields: [camelCase(added.column)] }),
          detail: added.reason,
        });
      return await answerPerson(ports, admin, added.userId);
    },
  );
}

/** `crm_user_id` of a file is `crmUserId` of a form. */
function camelCase(column: string): string {
  return column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function addActions(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.post(
    '/api/admin/users/actions',
    {
      schema: {
        description:
          'One JSON object a line. Closing the request stops it after the person under way; asking again does the rest.',
        body: bulkActionSchema,
        response: { 200: bulkLineSchema },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const { act, target } = request.body;
      const wish = {
        act: act as PersonAct,
        target:
          'userIds' in target
            ? { userIds: target.userIds as UserId[] }
            : { filter: target.filter as PeopleFilter },
      };
      const lines = bulkLines(ports, reply, (stop) =>
        actLines(ports, admin, actOnPeople(ports, admin, wish, stop)),
      );
      // The schema is that of one line.
      return reply.send(lines as never);
    },
  );
}

type BulkLine = z.infer<typeof bulkLineSchema>;

async function* actLines(
  ports: Ports,
  { organizationId, reach }: Admin,
  steps: AsyncGenerator<ActStep>,
): AsyncGenerator<BulkLine> {
  for await (const step of steps) {
    if (step.kind !== 'refused') {
      yield step;
      continue;
    }
    const { userId, why } = step;
    const names = await inOrganization(ports.db, organizationId, (tx) =>
      readNames(tx, { organizationId, reach, ids: [userId] }),
    );
    yield { kind: 'refused', userId, name: names.get(userId) ?? '', ...reasonOf(why) };
  }
}

function reasonOf(why: ActRefusal): { readonly code: string; readonly text: string } {
  const { code, detail } = refusalProblem(why);
  return { code, text: detail };
}
