/** From a preview's counts to what the pages are told (api-schema). Pure. */
import type { PreviewView } from '../api-schema/life.ts';
import type { Preview } from '../commands/preview-sync.ts';
import { type VerdictCode, verdictTexts } from '../model/verdict.ts';

export function previewView(preview: Preview): PreviewView {
  const { created, found, skipped, windows, windowDays, examined, isComplete } = preview;
  const collections = preview.collections.map(collectionView);
  return {
    ...{ windowDays, examined, isComplete, collections },
    up: { created, found, skipped: skipped.map(reasonView) },
    down: {
      created: collections.reduce((sum, { toMailbox }) => sum + toMailbox, 0),
      found: 0,
      skipped: [],
    },
    windows: windows.map((window) => ({ ...window })),
  };
}

function collectionView({ collection, byVerdict, isComplete }: Preview['collections'][number]) {
  const count = (code: VerdictCode) => byVerdict[code] ?? 0;
  const skipped = (Object.entries(byVerdict) as [VerdictCode, number][])
    .filter(([code]) => !code.startsWith('synced.'))
    .map(([code, number]) => ({ code, count: number }))
    .toSorted((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
  return {
    collection,
    toSalesforce: count('synced.created-record'),
    toMailbox: count('synced.created-item'),
    found: count('synced.found') + count('synced.joined'),
    skipped: skipped.map(reasonView),
    isComplete,
  };
}

function reasonView({ code, count }: { readonly code: VerdictCode; readonly count: number }) {
  return { code, text: verdictTexts[code], count };
}
