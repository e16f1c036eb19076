/** Profiles in the administrators' console: platform admins make, change, switch and delete them; profile admins see theirs. */
import { z } from 'zod';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { profileFormSchema, profilesViewSchema, profileViewSchema } from '../../api-schema/admin/profiles.ts';
import type { Admin } from '../../commands/admin.ts';
import { switchProfile } from '../../commands/align-with-profile.ts';
import {
  changeProfile,
  makeProfile,
  type ProfileRefusal,
  removeProfile,
  type SavedProfile,
} from '../../commands/change-profiles.ts';
import type { Ports } from '../../commands/ports.ts';
import type { ProfileId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listProfiles, type ProfileForm } from '../../store/profiles.ts';
import { requireAdmin } from '../admin-session.ts';
import { profileView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';

const changing = { scope: 'profiles', platform: true } as const;

export function addAdminProfileRoutes(app: ApiApp, options: ApiOptions): void {
  const { ports, secure } = options;

  app.get('/api/admin/profiles', { schema: { response: { 200: profilesViewSchema } } }, async (request) => {
    const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
    const profiles = await inOrganization(ports.db, organizationId, (tx) =>
      listProfiles(tx, { organizationId, reach }),
    );
    return { items: profiles.map(profileView) };
  });

  app.post(
    '/api/admin/profiles',
    { schema: { body: profileFormSchema, response: { 201: profileViewSchema } } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const saved = await makeProfile(ports, admin, request.body as unknown as ProfileForm);
      return reply.code(201).send(await answerProfile(ports, admin, savedId(saved)));
    },
  );

  app.put(
    '/api/admin/profiles/:id',
    {
      schema: { params: idParamsSchema, body: profileFormSchema, response: { 200: profileViewSchema } },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const id = request.params.id as ProfileId;
      return await answerProfile(
        ports,
        admin,
        savedId(await changeProfile(ports, admin, id, request.body as unknown as ProfileForm)),
      );
    },
  );

  app.delete(
    '/api/admin/profiles/:id',
    {
      schema: {
        description: 'Refused while it has people.',
        params: idParamsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const result = await removeProfile(ports, admin, request.params.id as ProfileId);
      if (result === 'unknown') throw apiProblem('api.not-found');
      if (result === 'in-use') throw apiProblem('api.in-use');
      return reply.code(204).send(null);
    },
  );

  addSwitches(app, options);
}

function addSwitches(app: ApiApp, { ports, secure }: ApiOptions): void {
  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    app.post(
      `/api/admin/profiles/:id/${verb}`,
      {
        schema: {
          description: enabled
            ? 'Those whom disabling had stopped go on and catch up.'
            : 'Stops sync for everybody of it; none of them may resume or activate (R7).',
          params: idParamsSchema,
          response: { 200: profileViewSchema },
        },
      },
      async (request) => {
        const admin = await requireAdmin(ports, request, secure, changing);
        const id = request.params.id as ProfileId;
        if ((await switchProfile(ports, admin, id, enabled)) === null) throw apiProblem('api.not-found');
        return await answerProfile(ports, admin, id);
      },
    );
}

async function answerProfile(ports: Ports, { organizationId, reach }: Admin, id: ProfileId) {
  const [profile] = await inOrganization(ports.db, organizationId, (tx) =>
    listProfiles(tx, { organizationId, reach, id }),
  );
  if (profile === undefined) throw apiProblem('api.not-found');
  return profileView(profile);
}

const complaints: Readonly<Record<ProfileRefusal, { readonly fields: string[]; readonly detail: string }>> = {
  'name-taken': { fields: ['name'], detail: 'There is another profile of this name.' },
  'no-such-access': {
    fields: ['mailAccessId', 'crmAccessId'],
    detail: 'One of the accesses is not there any more.',
  },
  'no-such-preset': { fields: ['presetId'], detail: 'This preset is not there any more.' },
  'no-such-admin': {
    fields: ['adminIds'],
    detail: 'Somebody who is to look after it is not there, or has no role for it.',
  },
  'too-many': { fields: ['name'], detail: 'There are as many profiles as there may be.' },
};

function savedId(saved: SavedProfile): ProfileId {
  if (saved.kind === 'saved') return saved.id;
  if (saved.kind === 'unknown') throw apiProblem('api.not-found');
  const code = saved.why === 'name-taken' ? 'api.conflict' : 'api.invalid-input';
  throw apiProblem(code, complaints[saved.why]);
}
