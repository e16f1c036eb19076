/** From what commands found out about single events, contacts and tasks to what the pages are told (api-schema). Pure. */
import type { ItemExplanationView, NearItems, SettledItemView } from '../api-schema/items.ts';
import type { ExplainedItem } from '../commands/explain-item.ts';
import type { NearItem } from '../commands/read-near-items.ts';
import type { SettledItem } from '../commands/settle-item.ts';
import type { Failure } from '../model/failure.ts';
import { type VerdictCode, verdictTexts } from '../model/verdict.ts';
import { failureView, issueView } from './views.ts';

export function nearItemsView(items: readonly NearItem[]): NearItems {
  return {
    items: items.map(({ verdict, ...item }) => ({
      ...item,
      verdict: verdict === null ? null : verdictView(verdict),
    })),
  };
}

export function itemExplanationView(found: ExplainedItem): ItemExplanationView {
  const { collection, itemId, recordId, itemUrl, recordUrl, title, time, explanation, pair, issue, canTry } =
    found;
  const { verdict, steps, fields } = explanation;
  return {
    ...{ collection, itemId, recordId, itemUrl, recordUrl, title, time, canTry },
    verdict: verdictView(verdict),
    steps: steps.map((step) => ({ ...step })),
    fields: {
      toRecord: [...fields.toRecord],
      toItem: [...fields.toItem],
      conflicts: [...fields.conflicts],
    },
    pair: pair === null ? null : { state: pair.state, made: pair.made, role: pair.role },
    failure: found.failure === null ? null : viewOf(found.failure),
    participants: found.participants.map((one) => ({ ...one })),
    issue: issue === null ? null : issueView(issue, { mailUrl: itemUrl, recordUrl }),
  };
}

export function settledItemView({ verdict, failure, said, recordUrl }: SettledItem): SettledItemView {
  return {
    verdict: verdictView(verdict),
    failure: failure === null ? null : viewOf(failure),
    ...{ said, recordUrl },
  };
}

function verdictView(code: VerdictCode) {
  return { code, text: verdictTexts[code] };
}

function viewOf({ code, vendorCode, fields }: Pick<Failure, 'code' | 'vendorCode' | 'fields'>) {
  return failureView({ code, vendorCode: vendorCode ?? null, fields: fields ?? [] });
}
