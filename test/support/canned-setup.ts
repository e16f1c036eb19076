/** Made-up answers for the console's set-up pages: ways of reaching, profiles, presets, settings, tokens and imports of one company. */
import type { AccessView, SavedAccessView } from '../../src/api-schema/admin/accesses.ts';
import type { BulkLine } from '../../src/api-schema/admin/common.ts';
import type { ImportLine } from '../../src/api-schema/admin/imports.ts';
import type { OrganizationSettings, PresetView, ProfileView } from '../../src/api-schema/admin/profiles.ts';
import type { TokenView } from '../../src/api-schema/admin/tokens.ts';
import type { SettingsView } from '../../src/api-schema/settings.ts';
import { before, idOf, sales, service, strict } from './canned-admin.ts';
import * as canned from './canned-answers.ts';

export const exchange: AccessView = {
  id: idOf(4, 1),
  name: 'Head office',
  side: 'mailbox',
  service: 'exchange',
  serviceName: 'Exchange',
  account: 'CONTOSO\\svc-lockstep',
  state: 'working',
  stateSince: before(9_000),
  cause: null,
  checkedAt: before(12),
  mailboxes: 1_180,
  profiles: [sales],
  facts: [
    { label: 'Service account', value: 'CONTOSO\\svc-lockstep' },
    { label: 'EWS link', value: 'https://mail.contoso.example/EWS/Exchange.asmx' },
  ],
  approvalUrl: null,
};

export const tenant: AccessView = {
  ...exchange,
  id: idOf(4, 2),
  name: 'Tenant of the north-western region, Schleswig-Holstein and the islands, cloud mailboxes only',
  service: 'office365',
  serviceName: 'Office 365',
  account: '8d1b0f6e-5f4c-4f39-9a44-0d2c6f1b7a55',
  state: 'refused',
  stateSince: before(95),
  cause: canned.failure('mailbox.admin-approval-needed', 'HTTP 403', ['Mail.ReadWrite']),
  mailboxes: 412,
  profiles: [service],
  facts: [
    { label: 'Tenant', value: 'contoso.example' },
    { label: 'Application (client) id', value: '8d1b0f6e-5f4c-4f39-9a44-0d2c6f1b7a55' },
    {
      label: 'Application permissions',
      value: 'Mail.ReadWrite, Calendars.ReadWrite, Contacts.ReadWrite, Tasks.ReadWrite.All, User.Read.All',
    },
  ],
  approvalUrl: canned.APPROVAL_URL,
};

export const crm: AccessView = {
  ...exchange,
  id: idOf(4, 3),
  name: 'Salesforce for everybody',
  side: 'crm',
  service: 'salesforce',
  serviceName: 'Salesforce',
  account: 'lockstep@contoso.example',
  state: 'untested',
  checkedAt: null,
  mailboxes: 0,
  profiles: [],
  facts: [{ label: 'Login host', value: 'login.salesforce.com' }],
};

/** The answer to a renewal: mail goes, the calendar may not be opened. */
export const renewed: SavedAccessView = {
  ...exchange,
  checks: [
    ...['sign-in', 'read-mail', 'write-categories', 'salesforce-folder'].map((capability) => ({
      ...{ capability, ok: true, failure: null },
    })),
    {
      capability: 'events',
      ok: false,
      failure: canned.failure('mailbox.access-denied', 'ErrorAccessDenied'),
    },
    { capability: 'contacts', ok: true, failure: null },
    { capability: 'tasks', ok: true, failure: null },
  ],
};

export const accesses = { items: [exchange, tenant, crm] };

const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name });

export const salesProfile: ProfileView = {
  ...sales,
  mailAccess: named(exchange),
  crmAccess: named(crm),
  preset: strict,
  enabled: true,
  admins: [{ id: idOf(5, 0), name: 'Anna Berg' }],
  users: 1_204,
  active: 1_180,
  createdAt: before(50_000),
};

export const serviceProfile: ProfileView = {
  ...salesProfile,
  ...service,
  mailAccess: named(tenant),
  crmAccess: null,
  preset: null,
  enabled: false,
  admins: [],
  users: 412,
  active: 0,
};

export const emptyProfile: ProfileView = {
  ...salesProfile,
  id: idOf(1, 3),
  name: 'Trainees',
  mailAccess: null,
  crmAccess: null,
  preset: null,
  admins: [],
  users: 0,
  active: 0,
};

export const profiles = { items: [salesProfile, serviceProfile, emptyProfile] };

export const strictPreset: PresetView = {
  ...strict,
  version: 3,
  settings: { markSaved: true, windowDays: 30, blocklist: ['family.example'] },
  forced: ['markSaved'],
  profiles: [sales],
  users: 3,
  updatedAt: before(900),
};

export const freePreset: PresetView = {
  ...strictPreset,
  id: idOf(2, 2),
  name: 'For people who work with the authorities of several states and may save nothing by themselves',
  settings: { autoSaveInbox: false, autoSaveSent: false },
  forced: ['autoSaveInbox', 'autoSaveSent'],
  profiles: [],
  users: 0,
};

export const presets = { items: [strictPreset, freePreset] };

export const settings: OrganizationSettings = {
  settings: {
    windowDays: 10,
    blocklist: ['newsletter.example', 'payroll@contoso.example'],
    apiShareMax: 0.7,
    notifyAddresses: ['it@contoso.example'],
  },
  forced: ['windowDays'],
  version: 7,
};

export const tokens: { readonly items: readonly TokenView[] } = {
  items: [
    {
      id: idOf(9, 1),
      name: 'Nightly export',
      scopes: ['read'],
      profile: null,
      createdBy: 'ines.adler@contoso.example',
      createdAt: before(50_000),
      expiresAt: before(-60_000),
      usedAt: before(400),
    },
    {
      id: idOf(9, 2),
      name: 'Joiners and leavers of the identity management, north-western region and Schleswig-Holstein',
      scopes: ['read', 'users', 'rollouts'],
      profile: service,
      createdBy: null,
      createdAt: before(200_000),
      expiresAt: before(3_000),
      usedAt: null,
    },
  ],
};

/** Made up, and of no use anywhere. */
export const newToken = {
  token: 'lst_canned-token-that-is-shown-once-and-never-again-0123456789',
  view: { ...(tokens.items[0] as TokenView), id: idOf(9, 3), name: 'Roll-outs by script', usedAt: null },
};

export const applied: readonly BulkLine[] = [
  { kind: 'progress', done: 600, total: 1_204 },
  { kind: 'end', done: 1_204, changed: 1_199, refused: 0 },
];

const badRows: readonly ImportLine[] = Array.from({ length: 62 }, (_, n) => ({
  kind: 'bad-row',
  line: 14 + n * 3,
  column: n % 3 === 0 ? null : 'mailbox_address',
  reason:
    n % 3 === 0
      ? 'The row has neither crm_username nor crm_user_id. Add one of the two.'
      : 'This is no e-mail address. Write it as name@company.',
}));

const counts = { rows: 500, created: 412, changed: 8, unchanged: 18, bad: 62 };

export const counted: readonly ImportLine[] = [
  { kind: 'progress', rows: 250 },
  ...badRows,
  { kind: 'end', ...counts, dryRun: true },
];

export const imported: readonly ImportLine[] = [...badRows, { kind: 'end', ...counts, dryRun: false }];

/** A person whose organization and preset have locked some of his settings. */
export const locked: SettingsView = {
  ...canned.settings,
  organization: { ...canned.settings.organization, autoSaveInbox: true },
  organizationForced: ['autoSaveInbox', 'relateTo'],
  preset: {
    name: 'Strict',
    settings: { windowDays: 30, markSaved: true, blocklist: ['competitor.example'] },
    forced: ['windowDays', 'markSaved', 'blocklist'],
  },
};
