/** From the product's words to what the administrators' pages are told. Pure; codes, counts, names and instants, never content. */

import type { AdminIssue, AdminOverview, AdminRun } from '../api-schema/admin/overview.ts';
import type { PresetView, ProfileView } from '../api-schema/admin/profiles.ts';
import type { TokenView } from '../api-schema/admin/tokens.ts';
import type { UserRow, UserView } from '../api-schema/admin/users.ts';
import type { AdminHold } from '../api-schema/holds.ts';
import { type AdminLayerForm, adminLayerSchema, settingsLayerSchema } from '../api-schema/settings.ts';
import type { PersonRow } from '../commands/list-people.ts';
import type { ConsoleOverview } from '../commands/read-admin-overview.ts';
import type { PersonPage } from '../commands/read-person.ts';
import type { AdminLayer } from '../model/settings.ts';
import type { ListedAudit } from '../store/listed-audit.ts';
import type { OwnedHold } from '../store/listed-holds.ts';
import type { OwnedIssue } from '../store/listed-issues.ts';
import type { OwnedRun } from '../store/listed-runs.ts';
import type { Preset } from '../store/presets.ts';
import type { Profile } from '../store/profiles.ts';
import type { ListedToken } from '../store/service-tokens.ts';
import { failureView, holdView, iso, isoOrNull, issueView, mailboxView, runView } from './views.ts';

export function userRowView(row: PersonRow): UserRow {
  return {
    id: row.id,
    name: row.fullName === '' ? row.username : row.fullName,
    username: row.username,
    address: row.address === '' ? null : row.address,
    role: row.role,
    profile: row.profile === null ? null : { id: row.profile.id, name: row.profile.name },
    license: row.license,
    preset: row.preset,
    service: row.serviceName,
    state: row.state,
    stateSince: row.mailboxId === null ? null : isoOrNull(row.stateAt),
    status: { ...row.status },
    causeCode: row.causeCode,
    isLate: row.isLate,
    issuesOpen: row.issues,
    lastSuccessAt: isoOrNull(row.lastSuccessAt),
    nextRunAt: isoOrNull(row.dueAt),
    origin: row.origin,
    createdAt: iso(row.createdAt),
  };
}

export function userView({ row, person, through, layers, overview, may }: PersonPage): UserView {
  return {
    ...userRowView(row),
    email: person.email,
    timeZone: person.timeZone,
    crmUserId: person.crmUserId,
    mailboxLogin: person.mailboxLogin,
    lastLoginAt: isoOrNull(person.lastLoginAt),
    rolledOutAt: isoOrNull(person.rolledOutAt),
    mailbox: overview === null ? null : mailboxView(overview),
    mailAccess: through.mailAccess,
    crmAccess: through.crmAccess,
    settings: {
      organization: layerView(layers.organization),
      preset: layers.preset === null ? null : { ...layerView(layers.preset), name: layers.preset.name },
      user: settingsLayerSchema.parse(layers.user),
    },
    may: [...may],
  };
}

/** Stored layers have read-only lists; answers are plain. */
export function layerView({ settings, forced }: AdminLayer): AdminLayerForm {
  return adminLayerSchema.parse({ settings, forced });
}

export function profileView({ users, active, createdAt, admins, ...profile }: Profile): ProfileView {
  return { ...profile, users, active, admins: admins.map((one) => ({ ...one })), createdAt: iso(createdAt) };
}

export function presetView({ settings, forced, updatedAt, profiles, ...preset }: Preset): PresetView {
  return {
    ...preset,
    ...layerView({ settings, forced }),
    profiles: profiles.map((one) => ({ ...one })),
    updatedAt: iso(updatedAt),
  };
}

export function adminRunView(run: OwnedRun): AdminRun {
  return { ...runView(run), owner: { ...run.owner }, worker: run.worker };
}

export function adminIssueView(issue: OwnedIssue, recordUrl: string | null): AdminIssue {
  const { mailUrl: _, itemId: __, ...view } = issueView(issue, { mailUrl: null, recordUrl });
  return { ...view, owner: { ...issue.owner } };
}

export function adminHoldView(hold: OwnedHold): AdminHold {
  return { ...holdView(hold, 'the'), owner: { ...hold.owner } };
}

export function auditView(entry: ListedAudit) {
  return { ...entry, at: iso(entry.at), details: { ...entry.details } };
}

export function tokenView(token: ListedToken): TokenView {
  const { id, name, scopes, profileId, profileName, createdBy, createdAt, expiresAt, usedAt } = token;
  return {
    ...{ id, name, createdBy },
    scopes: [...scopes],
    profile: profileId === null ? null : { id: profileId, name: profileName ?? '' },
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    usedAt: isoOrNull(usedAt),
  };
}

export function overviewView(overview: ConsoleOverview): AdminOverview {
  const { states, withIssues, late, completeness, days, needs, usage } = overview;
  const of = (state: Parameters<typeof states.get>[0]) => states.get(state) ?? 0;
  return {
    counts: {
      users: [...states.values()].reduce((sum, count) => sum + count, 0),
      active: of('active'),
      withIssues,
      suspended: of('suspended'),
      authorizationRequired: of('authorization-required'),
      notActivated: of('not-activated'),
      late,
      paused: of('paused'),
      deactivated: of('deactivated'),
    },
    freshness: {
      onTimeShare: overview.onTimeShare,
      medianMinutes: overview.medianMinutes,
      p95Minutes: overview.p95Minutes,
    },
    completeness: { ...completeness },
    days: days.map((day) => ({ ...day })),
    needs: needs.map(({ code, ...need }) => ({
      ...need,
      failure: code === null ? null : failureView({ code, vendorCode: null, fields: [] }),
    })),
    crm: usage === null ? null : { used: usage.used, max: usage.max, heldUntil: isoOrNull(usage.heldUntil) },
  };
}
