/** Presets and the organization's own settings in the administrators' console (G3, G4). */
import { z } from 'zod';
import { bulkLineSchema, idParamsSchema } from '../../api-schema/admin/common.ts';
import {
  applyPresetSchema,
  newPresetSchema,
  organizationSettingsSchema,
  presetFormSchema,
  presetsViewSchema,
  presetViewSchema,
} from '../../api-schema/admin/profiles.ts';
import type { Admin } from '../../commands/admin.ts';
import {
  type ApplyStep,
  applyPreset,
  changeOrganizationLayer,
  changePreset,
  makePreset,
  type PresetSource,
  readOrganizationForm,
  removePreset,
} from '../../commands/change-presets.ts';
import type { Ports } from '../../commands/ports.ts';
import type { PresetId, ProfileId } from '../../model/ids.ts';
import type { SettingsLayer } from '../../model/settings.ts';
import { DatabaseError, inOrganization } from '../../store/database.ts';
import { listPresets } from '../../store/presets.ts';
import { reaches } from '../../store/reach.ts';
import { requireAdmin } from '../admin-session.ts';
import { layerView, presetView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { bulkLines } from '../lines.ts';
import { apiProblem } from '../problems.ts';

const changing = { scope: 'settings', platform: true } as const;

export function addAdminPresetRoutes(app: ApiApp, options: ApiOptions): void {
  addPresets(app, options);
  addOne(app, options);
  addApply(app, options);
  addOrganization(app, options);
}

function addPresets(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/admin/presets', { schema: { response: { 200: presetsViewSchema } } }, async (request) => {
    const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
    const presets = await inOrganization(ports.db, organizationId, (tx) => listPresets(tx, organizationId));
    // Of other people's profiles a profile admin learns not even the names.
    const known = presets.map((preset) => ({
      ...preset,
      profiles: preset.profiles.filter(({ id }) => reaches(reach, id)),
    }));
    return { items: known.map(presetView) };
  });

  app.post(
    '/api/admin/presets',
    { schema: { body: newPresetSchema, response: { 201: presetViewSchema } } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const { name, from } = request.body;
      const id = await naming(() => makePreset(ports, admin, { name, from: from as PresetSource }));
      if (id === null)
        throw apiProblem('api.invalid-input', {
          fields: ['from'],
          detail: 'What it is to begin with is not there, or there are as many presets as there may be.',
        });
      return reply.code(201).send(await answerPreset(ports, admin, id));
    },
  );
}

function addOne(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.put(
    '/api/admin/presets/:id',
    { schema: { params: idParamsSchema, body: presetFormSchema, response: { 200: presetViewSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const id = request.params.id as PresetId;
      const { name, settings, forced, version: seenVersion } = request.body;
      // Somebody else's is not there.
      await answerPreset(ports, admin, id);
      const change = { id, name, settings: settings as SettingsLayer, forced, seenVersion };
      if (!(await naming(() => changePreset(ports, admin, change)))) throw apiProblem('api.conflict');
      return await answerPreset(ports, admin, id);
    },
  );

  app.delete(
    '/api/admin/presets/:id',
    {
      schema: {
        description: 'Refused while somebody has it.',
        params: idParamsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const result = await removePreset(ports, admin, request.params.id as PresetId);
      if (result === 'unknown') throw apiProblem('api.not-found');
      if (result === 'in-use') throw apiProblem('api.in-use');
      return reply.code(204).send(null);
    },
  );
}

function addApply(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.post(
    '/api/admin/presets/:id/apply',
    {
      schema: {
        description:
          'One JSON object a line. The profiles have it at once; closing the request stops forgetting what people chose.',
        params: idParamsSchema,
        body: applyPresetSchema,
        response: { 200: bulkLineSchema },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const { profileIds, override } = request.body;
      const wish = {
        id: request.params.id as PresetId,
        profileIds: profileIds as ProfileId[],
        override,
      };
      const stopped = new AbortController();
      const steps = await applyPreset(ports, admin, wish, stopped.signal);
      if (steps === null) throw apiProblem('api.not-found');
      const lines = bulkLines(ports, reply, (stop) => {
        stop.addEventListener('abort', () => stopped.abort(), { once: true });
        return applyLines(steps);
      });
      // The schema is that of one line.
      return reply.send(lines as never);
    },
  );
}

async function* applyLines(steps: AsyncGenerator<ApplyStep>): AsyncGenerator<z.infer<typeof bulkLineSchema>> {
  for await (const { kind, done, total, changed } of steps)
    yield kind === 'progress' ? { kind, done, total } : { kind, done, changed, refused: 0 };
}

function addOrganization(app: ApiApp, { ports, secure }: ApiOptions): void {
  const answer = async (admin: Admin) => {
    const { version, ...layer } = await readOrganizationForm(ports, admin);
    return { ...layerView(layer), version };
  };

  app.get(
    '/api/admin/settings',
    { schema: { response: { 200: organizationSettingsSchema } } },
    async (request) => answer(await requireAdmin(ports, request, secure, { scope: 'read', platform: true })),
  );

  app.put(
    '/api/admin/settings',
    {
      schema: {
        description: 'Replaces the layer; refused when somebody else wrote since `version`.',
        body: organizationSettingsSchema,
        response: { 200: organizationSettingsSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const { settings, forced, version: seenVersion } = request.body;
      const change = { settings: settings as SettingsLayer, forced, seenVersion };
      if (!(await changeOrganizationLayer(ports, admin, change))) throw apiProblem('api.conflict');
      return await answer(admin);
    },
  );
}

async function answerPreset(ports: Ports, { organizationId }: Admin, id: PresetId) {
  const [preset] = await inOrganization(ports.db, organizationId, (tx) =>
    listPresets(tx, organizationId, id),
  );
  if (preset === undefined) throw apiProblem('api.not-found');
  return presetView(preset);
}

/** A name that another preset has is told as such. */
async function naming<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isTaken = error instanceof DatabaseError && error.constraint === 'presets_organization_id_name_key';
    if (!isTaken) throw error;
    throw apiProblem('api.conflict', { fields: ['name'], detail: 'There is another preset of this name.' });
  }
}
