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

export const pages: readonly ConsolePage[] = [
  { path: '/', title: 'Overview', page: OverviewPage },
  { path: '/people', title: 'People', page: PeoplePage },
  { path: '/people/:id', title: null, page: PersonPage },
  { path: '/issues', title: 'Issues', page: IssuesPage },
  { path: '/runs', title: 'Runs', page: RunsPage },
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
