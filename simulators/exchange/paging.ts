/**
 * IndexedPageItemView and IndexedPageFolderView: which part of a list is asked for, and the paging attributes that
 * the answer carries. https://learn.microsoft.com/exchange/client-developer/web-service-reference/indexedpageitemview
 */
import { ServiceError } from './errors.ts';
import type { XmlNode } from './xml-tree.ts';

/** EWSFindCountLimit of a default throttling policy. */
export const FIND_COUNT_MAX = 1000;

export interface Page {
  start: number;
  end: number;
  attributes: { IndexedPagingOffset: number; TotalItemsInView: number; IncludesLastItemInRange: boolean };
}

/** The page of a list of `total` that `view` asks for; no view asks for all, which the count limit still cuts. */
export function readPage(view: XmlNode | undefined, total: number, maxAttribute: string): Page {
  const asked = Number(view?.attributes[maxAttribute] ?? FIND_COUNT_MAX);
  const offset = Number(view?.attributes.Offset ?? 0);
  const base = view?.attributes.BasePoint ?? 'Beginning';
  if (!Number.isInteger(asked) || asked < 1 || !Number.isInteger(offset) || offset < 0) {
    throw new ServiceError('ErrorInvalidIndexedPagingParameters');
  }
  const size = Math.min(asked, FIND_COUNT_MAX);
  const start = base === 'End' ? Math.max(0, total - offset - size) : Math.min(offset, total);
  const end = Math.min(total, base === 'End' ? total - offset : start + size);
  const isLast = base === 'End' ? start === 0 : end >= total;
  return {
    start,
    end: Math.max(start, end),
    attributes: {
      IndexedPagingOffset: base === 'End' ? total - start : end,
      TotalItemsInView: total,
      IncludesLastItemInRange: isLast,
    },
  };
}
