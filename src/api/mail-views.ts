/** From what commands found out about single mails and records to what the pages are told (api-schema). Pure. */
import type { ExplanationView, MailView, SavedMailView } from '../api-schema/mails.ts';
import type { CreatedRecords } from '../api-schema/removal.ts';
import type { MailExplanation, RecentMail } from '../commands/explain-mail.ts';
import type { SavedMail } from '../commands/save-mail.ts';
import type { CreatedRecords as CreatedOnes } from '../commands/undo-run.ts';
import { catalogue } from '../model/catalogue.ts';
import { keptText, type Removal } from '../model/removal.ts';
import { type VerdictCode, verdictTexts } from '../model/verdict.ts';
import { iso, issueView } from './views.ts';

export function mailView({ head, verdict }: RecentMail): MailView {
  return {
    itemId: head.itemId,
    subject: head.subject,
    from: head.from?.address ?? null,
    receivedAt: iso(head.receivedAt),
    place: head.place,
    verdict: verdict === null ? null : verdictView(verdict),
  };
}

export function explanationView(found: MailExplanation): ExplanationView {
  const { head, explanation, record, issue } = found;
  const { verdict, steps } = explanation;
  return {
    mail: mailView({ head, verdict }),
    mailUrl: found.mailUrl,
    verdict:
      record === null
        ? { code: verdict, text: textsToCome[verdict] ?? verdictTexts[verdict] }
        : verdictView(verdict),
    steps: steps.map((step) => ({ ...step })),
    participants: found.participants.map((one) => ({ ...one })),
    record:
      record === null ? null : { url: record.url, savedAt: iso(record.linkedAt), created: record.created },
    issue: issue === null ? null : issueView(issue, { mailUrl: found.mailUrl, recordUrl: null }),
    canSave: found.canSave,
  };
}

/** What a run would do with a mail that has no record. */
const textsToCome: Readonly<Partial<Record<VerdictCode, string>>> = {
  'saved.created': 'The next run saves it to Salesforce.',
  'saved.found': 'It is in Salesforce already; the next run links it to that record.',
  'saved.linked':
    'It was saved, and its record has been removed from Salesforce since. It does not come back by itself.',
};

export function savedMailView({ result, recordUrl }: SavedMail): SavedMailView {
  const { verdict, failure } = result;
  const text = failure === null ? verdictTexts[verdict] : catalogue[failure].user;
  return { verdict: { code: failure ?? verdict, text }, recordUrl };
}

export function createdRecordsView({ items, removable, madeInMailbox }: CreatedOnes): CreatedRecords {
  return {
    items: items.map(({ recordId, collection, url, label, linkedAt, isRemovable }) => ({
      ...{ recordId, collection, url, label },
      linkedAt: iso(linkedAt),
      removable: isRemovable,
    })),
    ...{ removable, madeInMailbox },
  };
}

/** Most first. */
export function removalView({ removed, kept }: Removal) {
  const reasons = [...kept].toSorted(([, one], [, other]) => other - one);
  return { removed, kept: reasons.map(([code, count]) => ({ code, text: keptText(code), count })) };
}

function verdictView(code: VerdictCode) {
  return { code, text: verdictTexts[code] };
}
