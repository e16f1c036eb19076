/** States of what is kept in step both ways: held deletions, issues by collection. */
import * as canned from './canned-answers.ts';
import { problem } from './canned-api.ts';
import { heldRecords, holds, noHolds } from './canned-holds.ts';
import { eventExplanation, nearEvents, refusedItem } from './canned-items.ts';
import { type Answers, click, never, type PageState, seen, showing } from './page-acts.ts';

const asking: Answers = {
  ...showing(canned.mailbox({ holdsWaiting: 1 })),
  'GET /api/holds': holds,
  'GET /api/holds/:id': heldRecords,
};
const question = '200 events were deleted in your calendar.';

export const twoWayStates: readonly PageState[] = [
  { name: 'sidebar-holds', answers: asking, act: (page) => seen(page, question) },
  {
    name: 'settings-overview-holds',
    path: '/#/settings',
    answers: asking,
    act: async (page) => {
      await seen(page, question);
      await click(page, 'See what would be deleted');
      await seen(page, 'Quarterly review with Acme Bikes');
    },
  },
  {
    name: 'settings-overview-holds-loading',
    path: '/#/settings',
    answers: { ...asking, 'GET /api/holds': never },
    act: (page) => page.getByLabel('Loading held deletions').first().waitFor(),
  },
  {
    name: 'settings-overview-holds-error',
    path: '/#/settings',
    answers: {
      ...asking,
      'GET /api/holds/:id': problem(
        503,
        'api.internal',
        'The sync service had a fault of its own. Try again.',
      ),
      'POST /api/holds/:id/release': problem(
        409,
        'api.conflict',
        'This was decided already. Load the page again.',
      ),
    },
    act: async (page) => {
      await seen(page, question);
      await click(page, 'See what would be deleted');
      await seen(page, 'The sync service had a fault');
      await click(page, 'Delete them');
      await seen(page, 'This was decided already');
    },
  },
  {
    name: 'settings-history-holds-empty',
    path: '/#/settings/history',
    answers: { ...asking, 'GET /api/holds': noHolds },
    act: (page) => seen(page, 'None. When unusually many items'),
  },
  {
    name: 'settings-overview-issues',
    path: '/#/settings',
    answers: {
      ...showing(canned.mailbox({ issuesOpen: 4 })),
      'GET /api/issues': { items: canned.itemIssues, next: null },
    },
    act: (page) => seen(page, 'Tasks as a whole:'),
  },
  {
    name: 'settings-synced-list-view',
    path: '/#/settings/synced',
    answers: {
      ...showing(canned.mailbox()),
      'GET /api/settings': {
        ...canned.settings,
        organization: { ...canned.settings.organization, eventDaysBack: 30 },
        organizationForced: ['eventDaysBack'],
        user: {
          contactScope: 'list-view',
          contactListView: '00B5g00000GgTtEEAV',
          collections: ['events', 'contacts'],
        },
      },
      'GET /api/contact-views': {
        items: [
          { id: '00B5g00000GgTtEEAV', label: 'Key accounts' },
          {
            id: '00B5g00000GgTtFEAV',
            label:
              'Contacts of the bicycle trade fair in Friedrichshafen who asked for an offer and got none yet',
          },
        ],
      },
    },
    act: (page) => page.getByText('Key accounts').first().waitFor({ state: 'attached' }),
  },
  {
    name: 'settings-synced-views-refused',
    path: '/#/settings/synced',
    answers: {
      ...showing(canned.mailbox()),
      'GET /api/settings': { ...canned.settings, user: { contactScope: 'list-view' } },
      'GET /api/contact-views': problem(
        422,
        'crm.authorization-revoked',
        'Salesforce no longer accepts the login.',
      ),
    },
    act: async (page) => {
      await seen(page, 'Salesforce no longer accepts the login.');
      await click(page, 'Save');
    },
  },
  {
    name: 'settings-history-item-pick',
    path: '/#/settings/history',
    answers: { ...showing(canned.mailbox()), 'GET /api/items/near': nearEvents },
    act: async (page) => {
      await click(page, 'Pick from the nearest events');
      await seen(page, 'Quarterly review with Acme Bikes');
    },
  },
  {
    name: 'settings-history-item-why',
    path: '/#/settings/history',
    answers: {
      ...showing(canned.mailbox()),
      'GET /api/items/near': nearEvents,
      'POST /api/items/explain': eventExplanation,
      'POST /api/items/settle': refusedItem,
    },
    act: async (page) => {
      await click(page, 'Pick from the nearest events');
      await page.getByRole('button', { name: /Quarterly review/ }).click();
      await click(page, 'Try now');
      await seen(page, 'Salesforce says:');
    },
  },
];
