import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../model/settings.ts';
import { findLayerErrors, layerDraftOf, layerOf } from './layer-draft.ts';

const layer = {
  settings: { autoSaveInbox: false, windowDays: 30, attachmentBytesMax: 10 * 1024 * 1024, apiShareMax: 0.6 },
  forced: ['autoSaveInbox', 'relateTo'] as const,
};
const draft = () => layerDraftOf({ ...layer, forced: [...layer.forced] }, defaultSettings);

describe('a layer as an admin types it', () => {
  test('tells what is left open from what is allowed and what is forced', () => {
    expect(draft().autoSaveInbox).toEqual({ decision: 'force', value: false });
    expect(draft().windowDays).toEqual({ decision: 'allow', value: '30' });
    expect(draft().autoSaveSent).toEqual({ decision: 'open', value: true });
  });

  test('shows sizes and shares in the units that people use', () => {
    expect(draft().attachmentBytesMax.value).toBe('10');
    expect(draft().apiShareMax.value).toBe('60');
  });

  test('comes back as it was, a forced setting without a value taking the one in force', () => {
    expect(layerOf(draft())).toEqual({
      settings: { ...layer.settings, relateTo: 'account' },
      forced: ['autoSaveInbox', 'relateTo'],
    });
  });

  test('sends nothing of what is left open, whatever stands in its field', () => {
    const open = { ...draft(), windowDays: { decision: 'open', value: 'x' } as const };
    expect(findLayerErrors(open)).toEqual({});
    expect(layerOf(open).settings).not.toHaveProperty('windowDays');
  });

  test('names what is wrong', () => {
    const wrong = {
      ...draft(),
      windowDays: { decision: 'allow', value: '9999' } as const,
      blocklist: { decision: 'force', value: 'acme.example\nnot an address' } as const,
      notifyAddresses: { decision: 'allow', value: 'it@acme.example\nnobody' } as const,
      apiShareMax: { decision: 'allow', value: '3' } as const,
    };
    expect(findLayerErrors(wrong)).toEqual({
      windowDays: 'Enter a whole number from 0 to 3650.',
      blocklist: 'Line 2: write an address (anna@acme.com) or a domain (acme.com).',
      notifyAddresses: 'Entry 2: write an e-mail address (anna@acme.com).',
      apiShareMax: 'Enter a whole number from 5 to 100.',
    });
  });

  test('holds collections, scopes and shares, and names what is wrong with them', () => {
    const settings = { collections: ['events' as const], contactScope: 'all' as const, deletionShareMax: 0 };
    const two = layerDraftOf({ settings, forced: ['collections'] }, defaultSettings);
    expect(two.collections).toEqual({ decision: 'force', value: 'events' });
    expect(two.deletionShareMax.value).toBe('0');
    expect(findLayerErrors(two)).toEqual({});
    expect(layerOf(two)).toEqual({ settings, forced: ['collections'] });
    const wrong = {
      ...two,
      seriesDaysAhead: { decision: 'allow', value: '0' } as const,
      contactListView: { decision: 'allow', value: '00B' } as const,
      deletionsMax: { decision: 'allow', value: '-1' } as const,
    };
    expect(findLayerErrors(wrong)).toEqual({
      seriesDaysAhead: 'Enter a whole number from 1 to 366.',
      contactListView: 'Enter the id of a list view, 15 or 18 characters.',
      deletionsMax: 'Enter a whole number from 0 to 100000.',
    });
  });

  test('may keep nothing in step but mail', () => {
    const none = layerDraftOf({ settings: { collections: [] }, forced: [] }, defaultSettings);
    expect(layerOf(none).settings).toEqual({ collections: [] });
  });
});
