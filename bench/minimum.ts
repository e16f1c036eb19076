/**
 * The least that each side must be asked, as formulas with their reasons: what a sync that never asked anything twice and filled every
 * batch would need. The benches print these beside what was counted.
 */

export interface Minimum {
  readonly requests: number;
  readonly formula: string;
}

/** SyncFolderItems returns 512 changes at most. https://learn.microsoft.com/exchange/client-developer/web-service-reference/maxchangesreturned */
const CHANGES_MAX = 512;
/** Microsoft's advice for items with contents is batches of ten. https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange */
const CONTENTS_MAX = 10;
/** sObject Collections take 200 records. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const RECORDS_MAX = 200;

/** Reading `mails` and the contents of `saved` of them; each folder needs a last page of its own. */
export function exchangeMinimum(run: { readonly mails: number; readonly saved: number }): Minimum {
  return {
    requests: Math.ceil(run.mails / CHANGES_MAX) + Math.ceil(run.saved / CONTENTS_MAX),
    formula: `ceil(${run.mails}/${CHANGES_MAX}) SyncFolderItems + ceil(${run.saved}/${CONTENTS_MAX}) GetItem with contents`,
  };
}

/** Looking `mails` up and writing `saved` of them. Files ride in the same requests. */
export function salesforceMinimum(run: { readonly mails: number; readonly saved: number }): Minimum {
  return {
    requests: Math.ceil(run.mails / RECORDS_MAX) + Math.ceil(run.saved / RECORDS_MAX),
    formula: `ceil(${run.mails}/${RECORDS_MAX}) look-ups + ceil(${run.saved}/${RECORDS_MAX}) writes`,
  };
}

/** Nothing moved: one question tells it; Exchange has one for the folder tree and one for what is in the folders. */
export const idleMinimum = {
  exchange: { requests: 2, formula: '1 SyncFolderHierarchy + 1 GetFolder over all folders' },
  salesforce: { requests: 1, formula: '1 request that proves the connection' },
} satisfies Record<string, Minimum>;

/** What the product promises at most, against the minimum. */
export const RATIO_MAX = 1.3;
