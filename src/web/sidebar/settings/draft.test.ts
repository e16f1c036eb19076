import { describe, expect, test } from 'vitest';
import type { SettingsView } from '../../../api-schema/settings.ts';
import {
  changedSynced,
  changesOfNever,
  findSyncedErrors,
  lockIn,
  neverDraftOf,
  switchCollection,
  syncedDraftOf,
} from './draft.ts';

const view = (changes: Partial<SettingsView> = {}): SettingsView => ({
  organization: { autoSaveInbox: false },
  organizationForced: ['autoSaveInbox'],
  preset: { name: 'Sales', settings: { windowDays: 30 }, forced: ['windowDays', 'blocklist'] },
  user: { autoSaveInbox: true, windowDays: 6, markSaved: true, blocklist: ['family.example'] },
  mayEditOrganization: false,
  ...changes,
});

describe('a setting that an administrator locked', () => {
  test('shows the value in force, not the one that the person chose before', () => {
    expect(syncedDraftOf(view())).toMatchObject({ autoSaveInbox: false, windowDays: '30', markSaved: true });
  });

  test('names who locked it', () => {
    expect(lockIn(view(), 'autoSaveInbox')).toEqual({ by: 'organization' });
    expect(lockIn(view(), 'windowDays')).toEqual({ by: 'preset', name: 'Sales' });
    expect(lockIn(view(), 'markSaved')).toBeNull();
  });

  test('is never sent, neither as changed nor as kept', () => {
    const draft = { ...syncedDraftOf(view()), autoSaveInbox: true, markErrors: false };
    expect(changedSynced(view(), draft)).toEqual({ markSaved: true, markErrors: false });
  });

  test('changes nothing by itself', () => {
    expect(changedSynced(view(), { ...syncedDraftOf(view()), windowDays: '90' })).toBeNull();
  });

  test('leaves a locked list of the person out of sight and unsent', () => {
    const shown = neverDraftOf(view());
    expect(shown.ownList).toBe('');
    expect(changesOfNever(view(), { ...shown, ownList: 'other.example' })).toEqual([]);
  });

  test('does not keep the rest from being saved', () => {
    const open = view({ preset: { name: 'Sales', settings: {}, forced: ['windowDays'] } });
    expect(changesOfNever(open, { ownList: 'other.example', organizationList: '' })).toEqual([
      { layer: 'user', settings: { markSaved: true, blocklist: ['other.example'] } },
    ]);
  });
});

describe('what is kept in step', () => {
  const open = view({ preset: null, user: {} });

  test('is sent as the API takes it, and only what was changed', () => {
    const shown = syncedDraftOf(open);
    expect(shown.collections).toBe('events contacts tasks');
    const draft = {
      ...shown,
      collections: switchCollection(shown.collections, 'contacts', false),
      tasksDown: false,
      eventDaysAhead: '30',
    };
    expect(changedSynced(open, draft)).toEqual({
      ...{ collections: ['events', 'tasks'], tasksDown: false, eventDaysAhead: 30 },
    });
    expect(switchCollection('tasks', 'events', true)).toBe('events tasks');
    expect(changedSynced(open, { ...shown, collections: '' })).toEqual({ collections: [] });
  });

  test('needs a list view where one is to be followed, and days in their ranges', () => {
    const shown = syncedDraftOf(open);
    expect(findSyncedErrors(shown)).toEqual({});
    expect(
      findSyncedErrors({ ...shown, contactScope: 'list-view', seriesDaysAhead: '0', taskDaysBack: '91' }),
    ).toEqual({
      contactListView: 'Choose a list view.',
      seriesDaysAhead: 'Enter a whole number from 1 to 366.',
      taskDaysBack: 'Enter a whole number from 0 to 90.',
    });
  });
});
