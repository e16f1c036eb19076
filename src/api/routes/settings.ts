/** Settings of both layers. A person changes his own; the organization's are the platform admin's. */
import { z } from 'zod';
import { contactViewsSchema, settingsLayerSchema, settingsViewSchema } from '../../api-schema/settings.ts';
import { changeSettings, readSettings } from '../../commands/change-settings.ts';
import { readContactViews } from '../../commands/read-contact-views.ts';
import type { SettingLock, SettingName, SettingsLayer } from '../../model/settings.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { type ApiProblem, apiProblem } from '../problems.ts';
import { requireSession, type Session } from '../session.ts';
import { whoIs } from './activation.ts';

const putSchema = z.object({ layer: z.enum(['user', 'organization']), settings: settingsLayerSchema });

export function addSettingsRoutes(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  const view = async (session: Session) => {
    const { organization, preset, user } = await readSettings(ports, session);
    return {
      organization: layerView(organization.settings),
      organizationForced: [...organization.forced],
      preset:
        preset === null
          ? null
          : { name: preset.name, settings: layerView(preset.settings), forced: [...preset.forced] },
      user: layerView(user),
      mayEditOrganization: mayEdit(session),
    };
  };

  app.get('/api/settings', { schema: { response: { 200: settingsViewSchema } } }, async (request) =>
    view(await requireSession(ports, request, secure)),
  );

  app.get(
    '/api/contact-views',
    { schema: { response: { 200: contactViewsSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const views = await readContactViews(ports, whoIs(session), AbortSignal.timeout(mailMs));
      if (views === null) throw apiProblem('api.not-found');
      return { items: views.map(({ id, label }) => ({ id, label })) };
    },
  );

  app.put(
    '/api/settings',
    { schema: { body: putSchema, response: { 200: settingsViewSchema } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const { layer, settings } = request.body;
      if (layer === 'organization' && !mayEdit(session)) throw apiProblem('api.not-allowed');
      if (layer === 'user' && settings.apiShareMax !== undefined) throw apiProblem('api.not-allowed');
      if (layer === 'user' && settings.notifyAddresses !== undefined)
        throw apiProblem('api.invalid-input', {
          fields: ['settings.notifyAddresses'],
          detail: 'Who else is told is the organization’s choice, not a person’s.',
        });
      const result = await changeSettings(ports, session, layer, settings as SettingsLayer);
      if (result.kind === 'conflict') throw apiProblem('api.conflict');
      if (result.kind === 'locked') throw lockedProblem(result.name, result.lock);
      return await view(session);
    },
  );
}

function lockedProblem(name: SettingName, lock: SettingLock): ApiProblem {
  const who =
    lock.by === 'organization'
      ? 'An administrator has fixed this setting for the whole organization.'
      : `The preset “${lock.name}” fixes this setting.`;
  return apiProblem('api.setting-locked', { fields: [`settings.${name}`], detail: who });
}

function mayEdit(session: Session): boolean {
  return session.user.role === 'platform-admin';
}

/** Stored layers have read-only lists; answers are plain. */
function layerView(layer: SettingsLayer) {
  return settingsLayerSchema.parse(layer);
}
