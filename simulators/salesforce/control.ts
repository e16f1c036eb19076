/**
 * The control surface of the simulator, below `/_control/salesforce`: the administration's acts as JSON calls, for
 * another process. State, requests and faults are in `shared/control.ts`.
 */
import { ControlRefusal } from '../shared/control.ts';
import type { Administration, ConnectedAppOptions } from './administration.ts';
import type { Json } from './errors.ts';
import type { FormerHostAnswer, OrganizationOptions, OrganizationSettings } from './organization.ts';
import type { UserChanges } from './user-accounts.ts';

type Body = Record<string, unknown>;

/** The acts by the name they are posted to. `organization` in a body is an id; the first one unless told. */
export function controlActions(admin: Administration): Record<string, (body: Body) => unknown> {
  const at = (body: Body) =>
    admin.organizationOf(typeof body.organization === 'string' ? body.organization : undefined);
  return {
    organizations: (body) => admin.summarize(admin.addOrganization(body as Partial<OrganizationOptions>)),
    users(body) {
      const { organization: _given, ...rest } = body;
      const user = admin.addUser({
        ...rest,
        username: text(body, 'username'),
        password: text(body, 'password'),
        organization: at(body),
      });
      return { id: user.id };
    },
    'change-user': (body) => admin.changeUser(text(body, 'username'), body as UserChanges),
    apps: (body) => ({ clientId: admin.addConnectedApp(body as unknown as ConnectedAppOptions).clientId }),
    'change-app': ({ clientId: _named, ...changes }) =>
      admin.changeConnectedApp(
        text({ clientId: _named }, 'clientId'),
        changes as Partial<ConnectedAppOptions>,
      ),
    settings: (body) =>
      admin.changeSettings(withoutOrganization(body) as Partial<OrganizationSettings>, at(body)),
    fields: (body) => admin.deployField(text(body, 'object'), text(body, 'field'), at(body)),
    insert: (body) => ({
      ids: admin.insert(text(body, 'object'), (body.records ?? []) as Record<string, Json>[], at(body)),
    }),
    create: (body) => ({
      id: admin.create(text(body, 'object'), (body.record ?? {}) as Record<string, Json>, at(body)),
    }),
    change: (body) =>
      admin.change(
        text(body, 'id'),
        text(body, 'object'),
        (body.changes ?? {}) as Record<string, Json>,
        at(body),
      ),
    remove: (body) => admin.remove(text(body, 'id'), text(body, 'object'), at(body)),
    undelete: (body) => admin.undelete(text(body, 'id'), at(body)),
    records: (body) => ({
      records: admin.records(text(body, 'object'), { all: body.all === true, organization: at(body) }),
    }),
    'validation-rules': (body) =>
      admin.addValidationRule(
        {
          object: text(body, 'object'),
          condition: text(body, 'condition'),
          message: text(body, 'message'),
          ...(typeof body.field === 'string' && { field: body.field }),
        },
        at(body),
      ),
    'duplicate-rules': (body) =>
      admin.addDuplicateRule(
        { object: text(body, 'object'), field: text(body, 'field'), allowSave: body.allowSave === true },
        at(body),
      ),
    'list-views': (body) => ({
      id: admin.addListView(
        {
          object: text(body, 'object'),
          label: text(body, 'label'),
          ...(typeof body.scope === 'string' && { scope: body.scope }),
          ...(typeof body.where === 'string' && { where: body.where }),
        },
        at(body),
      ),
    }),
    'person-accounts': (body) => admin.enablePersonAccounts(at(body)),
    migrate: (body) =>
      admin.migrate(
        text(body, 'instanceOrigin'),
        body.formerAnswer as FormerHostAnswer | undefined,
        at(body),
      ),
    'api-usage': (body) => admin.presetApiUsage(Number(body.calls ?? 0), at(body)),
    'end-sessions': () => admin.endSessions(),
    'revoke-refresh-tokens': (body) =>
      admin.revokeRefreshTokens(typeof body.username === 'string' ? body.username : undefined),
    'expire-query-locators': () => admin.expireQueryLocators(),
  };
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ControlRefusal(`${name} is missing`);
}

function withoutOrganization(body: Body): Body {
  const { organization: _given, ...rest } = body;
  return rest;
}
