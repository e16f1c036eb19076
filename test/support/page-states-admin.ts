/** States of the console's own pages: overview, people, one person, issues, runs, audit, and who may not enter. */
import type { Page } from 'playwright-core';
import { accessDenied, accessInPart } from './canned-access-checks.ts';
import * as admin from './canned-admin.ts';
import * as canned from './canned-answers.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import { adminHold } from './canned-holds.ts';
import { type Answers, click, never, type PageState, seen } from './page-acts.ts';

const asked = { items: [], next: null };

/** A platform admin of a company in which all is as on most days. */
export const administering: Answers = {
  'GET /api/session': admin.admin(),
  'GET /api/admin/overview': admin.overview,
  'GET /api/admin/users': admin.users,
  'GET /api/admin/users/:id': admin.healthy,
  'GET /api/admin/users/:id/sessions': { items: [] },
  'GET /api/admin/profiles': admin.profiles,
  'GET /api/admin/presets': admin.presets,
  'GET /api/admin/licenses': admin.licenses,
  'GET /api/admin/runs': { items: admin.runs, next: null },
  'GET /api/admin/issues': { items: admin.issues, next: null },
  'GET /api/admin/issues/sums': admin.issueSums,
  'GET /api/admin/holds': asked,
  'GET /api/admin/audit': { items: admin.audit, next: null },
};

const troubles = problem(503, 'api.internal', 'The sync service had a fault of its own. Try again.');
const grid = (page: Page, name: string) => page.getByRole('grid', { name }).waitFor();
const person = `/admin/people/${admin.idOf(5, 0)}`;

const entering: readonly PageState[] = [
  {
    name: 'admin-login',
    path: '/admin',
    answers: { 'GET /api/session': canned.signedOut },
    act: (page) => page.getByRole('button', { name: 'Log in with Salesforce' }).waitFor(),
  },
  {
    name: 'admin-refused',
    path: '/admin',
    answers: { 'GET /api/session': admin.admin('user') },
    act: (page) => page.getByRole('heading', { name: 'This page is for administrators' }).waitFor(),
  },
  {
    name: 'admin-navigation',
    path: '/admin',
    answers: administering,
    act: async (page) => {
      await seen(page, 'Needs you today');
      const fold = page.getByRole('button', { name: 'Navigation' });
      if (await fold.isVisible()) await fold.click();
    },
  },
  {
    name: 'admin-nowhere',
    path: '/admin/nowhere',
    answers: administering,
    act: (page) => page.getByRole('heading', { name: 'There is no such page' }).waitFor(),
  },
];

const overview: readonly PageState[] = [
  {
    name: 'admin-overview',
    path: '/admin',
    answers: administering,
    act: (page) => seen(page, 'Needs you today'),
  },
  {
    name: 'admin-overview-empty',
    path: '/admin',
    answers: { ...administering, 'GET /api/admin/overview': admin.emptyOverview },
    act: (page) => seen(page, 'Nobody is here yet'),
  },
  {
    name: 'admin-overview-loading',
    path: '/admin',
    answers: { ...administering, 'GET /api/admin/overview': never },
    act: (page) => page.getByLabel('Loading the overview').waitFor(),
  },
  {
    name: 'admin-overview-table',
    path: '/admin',
    answers: administering,
    act: async (page) => {
      await page.getByText('As a table').click();
      await page.getByRole('columnheader', { name: 'Failed' }).waitFor();
    },
  },
];

export const peopleStates: readonly PageState[] = [
  {
    name: 'admin-people',
    path: '/admin/people',
    answers: administering,
    act: (page) => grid(page, 'People'),
  },
  {
    name: 'admin-people-filter',
    path: `/admin/people?status=suspended&profile=${admin.service.id}&sort=state-since&order=descending`,
    answers: administering,
    act: async (page) => {
      await click(page, 'Filter');
      await page.getByRole('combobox', { name: 'Status' }).waitFor();
    },
  },
  {
    name: 'admin-people-view',
    path: '/admin/people?columns=name,state,status,license,cause,created',
    answers: administering,
    act: async (page) => {
      await click(page, 'View');
      await page.getByRole('checkbox', { name: 'License' }).waitFor();
    },
  },
  {
    name: 'admin-people-selected',
    path: '/admin/people',
    answers: { ...administering, 'GET /api/admin/users': admin.manyUsers },
    act: async (page) => {
      await click(page, 'Select all shown');
      await click(page, 'Select all 4,213 that match');
      await seen(page, 'All 4,213 that match are selected');
    },
  },
  {
    name: 'admin-people-act',
    path: '/admin/people',
    answers: administering,
    act: async (page) => {
      await actOnAll(page, 'Change the license');
      await page.getByRole('dialog').getByRole('combobox', { name: 'License' }).waitFor();
    },
  },
  {
    name: 'admin-people-act-under-way',
    path: '/admin/people',
    answers: {
      ...administering,
      'POST /api/admin/users/actions': [{ kind: 'progress', done: 640, total: 4_213 }, UNFINISHED],
    },
    act: async (page) => {
      await actOnAll(page, 'Reset the mailbox');
      await page.getByRole('dialog').getByRole('button', { name: 'Reset the mailbox' }).click();
      await seen(page, '640 of 4,213');
    },
  },
  {
    name: 'admin-people-act-done',
    path: '/admin/people',
    answers: {
      ...administering,
      'POST /api/admin/users/actions': [
        {
          kind: 'refused',
          userId: admin.idOf(5, 2),
          name: admin.row(2).name,
          code: 'api.conflict',
          text: 'He is activated: deactivate first, or force delete.',
        },
        { kind: 'end', done: 10, changed: 7, refused: 1 },
      ],
    },
    act: async (page) => {
      await actOnAll(page, 'Delete');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await seen(page, '7 people changed');
    },
  },
  {
    name: 'admin-people-add',
    path: '/admin/people',
    answers: administering,
    act: async (page) => {
      await click(page, 'Add a person');
      await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
      await seen(page, 'Enter his CRM login.');
    },
  },
  {
    name: 'admin-people-empty',
    path: '/admin/people',
    answers: { ...administering, 'GET /api/admin/users': { items: [], next: null, total: 0 } },
    act: (page) => seen(page, 'Nobody is here yet.'),
  },
  {
    name: 'admin-people-none-match',
    path: '/admin/people?search=nobody',
    answers: { ...administering, 'GET /api/admin/users': { items: [], next: null, total: 0 } },
    act: (page) => seen(page, 'Nothing matches.'),
  },
  {
    name: 'admin-people-error',
    path: '/admin/people',
    answers: { ...administering, 'GET /api/admin/users': troubles },
    act: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'admin-people-loading',
    path: '/admin/people',
    answers: { ...administering, 'GET /api/admin/users': never },
    act: (page) => page.getByLabel('Loading people').waitFor(),
  },
];

/** Selects everybody who is shown and asks for something of the menu. */
async function actOnAll(page: Page, verb: string): Promise<void> {
  await click(page, 'Select all shown');
  await click(page, 'More');
  await page.getByRole('menuitem', { name: verb, exact: true }).click();
}

const showing = (user: typeof admin.healthy): Answers => ({
  ...administering,
  'GET /api/admin/users/:id': user,
});
const nothing: Answers = {
  'GET /api/admin/runs': asked,
  'GET /api/admin/issues': asked,
  'GET /api/admin/holds': asked,
  'GET /api/admin/issues/sums': { items: [] },
  'GET /api/admin/audit': asked,
};

const onePerson: readonly PageState[] = [
  {
    name: 'admin-person',
    path: person,
    answers: administering,
    act: (page) => seen(page, 'Settings in force'),
  },
  {
    name: 'admin-person-suspended',
    path: person,
    answers: showing(admin.suspended),
    act: (page) => page.getByRole('button', { name: 'Sync now' }).waitFor(),
  },
  {
    name: 'admin-person-access-denied',
    path: person,
    answers: {
      ...showing(admin.refusedThroughAccess),
      'POST /api/admin/users/:id/check-access': accessDenied,
    },
    act: async (page) => {
      await click(page, 'Check access');
      await page.getByRole('list', { name: 'What was checked' }).waitFor();
    },
  },
  {
    name: 'admin-person-access-in-part',
    path: person,
    answers: {
      ...showing(admin.healthy),
      'POST /api/admin/users/:id/check-access': accessInPart,
    },
    act: async (page) => {
      await click(page, 'Check access');
      await page.getByRole('list', { name: 'Calendar, contacts and tasks' }).waitFor();
    },
  },
  {
    name: 'admin-person-newcomer',
    path: person,
    answers: { ...showing(admin.newcomer), ...nothing },
    act: (page) => page.getByRole('button', { name: 'Copy the link for him' }).waitFor(),
  },
  {
    name: 'admin-person-menu',
    path: person,
    answers: administering,
    act: async (page) => {
      await click(page, 'More');
      await page.getByRole('menuitem', { name: /^Delete/ }).waitFor();
    },
  },
  {
    name: 'admin-person-gone',
    path: person,
    answers: {
      ...administering,
      'GET /api/admin/users/:id': problem(404, 'api.not-found', 'There is no such person.'),
    },
    act: (page) => seen(page, 'There is no such person.'),
  },
];

const lists: readonly PageState[] = [
  {
    name: 'admin-issues',
    path: '/admin/issues',
    answers: administering,
    act: (page) => grid(page, 'Issues one by one'),
  },
  {
    name: 'admin-issues-holds',
    path: '/admin/issues',
    answers: {
      ...administering,
      'GET /api/admin/holds': {
        items: admin.issues
          .slice(0, 2)
          .map(({ owner }, at) => ({ ...adminHold(owner), id: admin.idOf(9, at) })),
        next: null,
      },
    },
    act: (page) => seen(page, 'Unusually many items'),
  },
  {
    name: 'admin-issues-empty',
    path: '/admin/issues',
    answers: { ...administering, ...nothing },
    act: (page) => seen(page, 'Nothing waits for somebody.'),
  },
  { name: 'admin-runs', path: '/admin/runs', answers: administering, act: (page) => grid(page, 'Runs') },
  {
    name: 'admin-runs-filter',
    path: `/admin/runs?outcome=failed&user=${admin.idOf(5, 1)}&from=2026-03-01`,
    answers: administering,
    act: async (page) => {
      await click(page, 'Filter');
      await page.getByRole('textbox', { name: 'From' }).waitFor();
    },
  },
  {
    name: 'admin-runs-empty',
    path: '/admin/runs',
    answers: { ...administering, ...nothing },
    act: (page) => seen(page, 'Nothing has run yet.'),
  },
  { name: 'admin-audit', path: '/admin/audit', answers: administering, act: (page) => grid(page, 'Audit') },
  {
    name: 'admin-audit-empty',
    path: '/admin/audit',
    answers: { ...administering, ...nothing },
    act: (page) => seen(page, 'Nothing was done yet.'),
  },
  {
    name: 'admin-profile-admin',
    path: '/admin/people',
    answers: { ...administering, 'GET /api/session': admin.admin('profile-admin') },
    act: (page) => grid(page, 'People'),
  },
];

export const adminStates: readonly PageState[] = [...entering, ...overview, ...onePerson, ...lists];
