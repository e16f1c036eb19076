/** States of the console's page of service levels, and of the API budget on it. */
import type { Page } from 'playwright-core';
import type { BudgetPlan, ServiceLevels } from '../../src/api-schema/admin/service-levels.ts';
import { problem } from './canned-api.ts';
import { click, never, type PageState, seen } from './page-acts.ts';
import { administering } from './page-states-admin.ts';

const levels: ServiceLevels = {
  goals: {
    freshnessP50Minutes: 35,
    freshnessP95Minutes: 60,
    successShare: 0.99,
    completenessShare: 0.999,
    queueMinutes: 5,
  },
  windows: [
    { hours: 24, runs: 189_411, successShare: 0.9974, freshnessP50Minutes: 30.9, freshnessP95Minutes: 33.2 },
    {
      hours: 168,
      runs: 1_312_006,
      successShare: 0.9871,
      freshnessP50Minutes: 31.2,
      freshnessP95Minutes: 71.8,
    },
  ],
  completenessShare: 0.99943,
  queues: [
    { service: 'exchange', name: 'Exchange', waiting: 41, oldestMinutes: 11.4 },
    { service: 'office365', name: 'Office 365', waiting: 3, oldestMinutes: 0.4 },
    { service: 'google', name: 'Gmail', waiting: 0, oldestMinutes: 0 },
  ],
  budget: { mailboxes: 3_987, dailyAllowance: 4_087_000, used: 1_204_881, share: 0.8 },
};

const nothingYet: ServiceLevels = {
  ...levels,
  windows: [24, 168].map((hours) => ({
    ...{ hours, runs: 0, successShare: null, freshnessP50Minutes: null, freshnessP95Minutes: null },
  })),
  completenessShare: null,
  queues: levels.queues.map((queue) => ({ ...queue, waiting: 0, oldestMinutes: 0 })),
  budget: { mailboxes: 0, dailyAllowance: null, used: null, share: 0.8 },
};

const plan: BudgetPlan = {
  runsADay: 48,
  callsAtRest: 191_376,
  callsAtWork: 829_296,
  allowed: 3_269_600,
  fits: true,
  usedShare: 0.2029,
  fittingIntervalMinutes: 7,
  mailboxesMax: 15_719,
  firstLimit: 'none',
  limitAfterHours: null,
};

const tooMuch: BudgetPlan = {
  ...plan,
  ...{ allowed: 400_000, fits: false, usedShare: 1.66, fittingIntervalMinutes: null, mailboxesMax: 1_923 },
  ...{ firstLimit: 'share', limitAfterHours: 11.57 },
};

const path = '/admin/levels';
const answers = { ...administering, 'GET /api/admin/service-levels': levels };
const reckon = async (page: Page) => {
  await seen(page, 'API budget');
  await click(page, 'Reckon');
};

export const levelStates: readonly PageState[] = [
  { name: 'admin-levels', path, answers, act: (page) => seen(page, 'Waiting now') },
  {
    name: 'admin-levels-empty',
    path,
    answers: { ...answers, 'GET /api/admin/service-levels': nothingYet },
    act: (page) => seen(page, 'nothing to measure yet'),
  },
  {
    name: 'admin-levels-loading',
    path,
    answers: { ...answers, 'GET /api/admin/service-levels': never },
    act: (page) => page.getByLabel('Loading the service levels').waitFor(),
  },
  {
    name: 'admin-levels-error',
    path,
    answers: {
      ...answers,
      'GET /api/admin/service-levels': problem(
        503,
        'api.internal',
        'The sync service had a fault of its own. Try again.',
      ),
    },
    act: (page) => seen(page, 'had a fault of its own'),
  },
  {
    name: 'admin-levels-budget',
    path,
    answers: { ...answers, 'GET /api/admin/budget': plan },
    act: async (page) => {
      await reckon(page);
      await seen(page, 'It fits');
    },
  },
  {
    name: 'admin-levels-budget-short',
    path,
    answers: { ...answers, 'GET /api/admin/budget': tooMuch },
    act: async (page) => {
      await reckon(page);
      await seen(page, 'the share is used up');
    },
  },
  {
    name: 'admin-levels-budget-wrong',
    path,
    answers,
    act: async (page) => {
      await seen(page, 'API budget');
      await page.getByLabel('Mailboxes').fill('many');
      await click(page, 'Reckon');
      await seen(page, 'Enter a whole number');
    },
  },
];
