/**
 * Every page of the console, in the order of the navigation; each is loaded when it is opened. An entry without a title is a page below another one. What a
 * person may see is decided by the API; `platformOnly` keeps pages out of the way of those who may not.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { SignedInSession } from '../shared/signed-in-user.ts';

export interface ConsolePage {
  /** Below /admin, in the router's notation: `/people/:id`. */
  readonly path: string;
  /** Its name in the navigation; null: not in it. */
  readonly title: string | null;
  readonly page: LazyExoticComponent<ComponentType>;
  /** Not for profile admins. */
  readonly platformOnly?: true;
}

const OverviewPage = lazy(async () => ({
  default: (await import('./overview/overview-page.tsx')).OverviewPage,
}));

const PeoplePage = lazy(async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage }));
const PersonPage = lazy(async () => ({ default: (await import('./person/person-page.tsx')).PersonPage }));
const IssuesPage = lazy(async () => ({ default: (await import('./issues/issues-page.tsx')).IssuesPage }));
const RunsPage = lazy(async () => ({ default: (await import('./runs/runs-page.tsx')).RunsPage }));
const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }));
const AccessPage = lazy(async () => ({ default: (await import('./accesses/access-page.tsx')).AccessPage }));
const AccessesPage = lazy(async () => ({
  default: (await import('./accesses/accesses-page.tsx')).AccessesPage,
}));
const ErasurePage = lazy(async () => ({
  default: (await import('./erasures/erasure-page.tsx')).ErasurePage,
}));
const ImportPage = lazy(async () => ({ default: (await import('./imports/import-page.tsx')).ImportPage }));
const LevelsPage = lazy(async () => ({ default: (await import('./levels/levels-page.tsx')).LevelsPage }));
const LicensesPage = lazy(async () => ({
  default: (await import('./licenses/licenses-page.tsx')).LicensesPage,
}));
const NewAccessPage = lazy(async () => ({
  default: (await import('./accesses/new-access-page.tsx')).NewAccessPage,
}));
const NewPresetPage = lazy(async () => ({
  default: (await import('./presets/new-preset-page.tsx')).NewPresetPage,
}));
const NewRolloutPage = lazy(async () => ({
  default: (await import('./rollouts/new-rollout-page.tsx')).NewRolloutPage,
}));
const PresetPage = lazy(async () => ({ default: (await import('./presets/preset-page.tsx')).PresetPage }));
const PresetsPage = lazy(async () => ({ default: (await import('./presets/presets-page.tsx')).PresetsPage }));
const ProfilePage = lazy(async () => ({
  default: (await import('./profiles/profile-page.tsx')).ProfilePage,
}));
const ProfilesPage = lazy(async () => ({
  default: (await import('./profiles/profiles-page.tsx')).ProfilesPage,
}));
const RolloutPage = lazy(async () => ({
  default: (await import('./rollouts/rollout-page.tsx')).RolloutPage,
}));
const RolloutsPage = lazy(async () => ({
  default: (await import('./rollouts/rollouts-page.tsx')).RolloutsPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('./settings/settings-page.tsx')).SettingsPage,
}));
const TokensPage = lazy(async () => ({ default: (await import('./tokens/tokens-page.tsx')).TokensPage }));

export const pages: readonly ConsolePage[] = [
  { path: '/', title: 'Overview', page: OverviewPage },
  { path: '/people', title: 'People', page: PeoplePage },
  { path: '/people/:id', title: null, page: PersonPage },
  { path: '/issues', title: 'Issues', page: IssuesPage },
  { path: '/runs', title: 'Runs', page: RunsPage },
  { path: '/levels', title: 'Service levels', page: LevelsPage },
  { path: '/rollouts', title: 'Roll-outs', page: RolloutsPage },
  { path: '/rollouts/new', title: null, page: NewRolloutPage },
  { path: '/rollouts/:id', title: null, page: RolloutPage },
  { path: '/import', title: 'Import', page: ImportPage },
  { path: '/profiles', title: 'Profiles', page: ProfilesPage },
  { path: '/profiles/:id', title: null, page: ProfilePage },
  { path: '/access', title: 'Access', page: AccessesPage, platformOnly: true },
  { path: '/access/new/:service?', title: null, page: NewAccessPage, platformOnly: true },
  { path: '/access/:id', title: null, page: AccessPage, platformOnly: true },
  { path: '/presets', title: 'Presets', page: PresetsPage },
  { path: '/presets/new', title: null, page: NewPresetPage, platformOnly: true },
  { path: '/presets/:id', title: null, page: PresetPage },
  { path: '/licenses', title: 'Licenses', page: LicensesPage },
  { path: '/settings', title: 'Settings', page: SettingsPage, platformOnly: true },
  { path: '/tokens', title: 'Tokens', page: TokensPage, platformOnly: true },
  { path: '/erase', title: 'Erase', page: ErasurePage, platformOnly: true },
  { path: '/audit', title: 'Audit', page: AuditPage },
];

/** What this person finds in the console. */
export function pagesFor(role: SignedInSession['user']['role']): readonly ConsolePage[] {
  return pages.filter((page) => role === 'platform-admin' || page.platformOnly !== true);
}

/** The entry of the navigation under which an address lies; null where it lies under none. */
export function entryOf(known: readonly ConsolePage[], location: string): ConsolePage | null {
  const entries = known.filter(({ title }) => title !== null);
  return (
    entries.find(({ path }) => path === location) ??
    entries.find(({ path }) => path !== '/' && location.startsWith(`${path}/`)) ??
    null
  );
}
