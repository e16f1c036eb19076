/**
 * What people do beside the runs of the privacy check, all of which passes content through the product: *Why?* for single mails, saving by hand, the preview,
 * the retroactive question, *Undo*, a pause that is skipped. It looks at no answer; what is left on disk is searched later.
 */
import type { MailView } from '../../src/api-schema/mails.ts';
import type { RunView } from '../../src/api-schema/runs.ts';
import type { Visitor } from '../visitor.ts';

const MAILS_EXPLAINED = 3;

/** Everything that a person may ask about his own mail. `undoes`: also takes back what one of his runs created. */
export async function lookIntoMails(
  visitor: Visitor,
  { undoes }: { readonly undoes: boolean },
): Promise<void> {
  const { items } = await visitor.call<{ items: readonly MailView[] }>('GET', '/api/mails/recent');
  for (const { itemId } of items.slice(0, MAILS_EXPLAINED))
    await visitor.call('POST', '/api/mails/explain', { itemId });
  const [first] = items;
  if (first !== undefined) await visitor.call('POST', '/api/mails/save', { itemId: first.itemId });
  await visitor.askLines('/api/mailbox/preview', { windowDays: 30 });
  await visitor.askLines('/api/settings/earlier', { settings: { autoSaveInbox: false } });
  const runs = await visitor.call<{ items: readonly RunView[] }>('GET', '/api/runs');
  const fruitful = runs.items.find(({ created }) => created > 0);
  if (fruitful !== undefined) {
    await visitor.call('GET', `/api/runs/${fruitful.id}/records`);
    if (undoes) await visitor.askLines(`/api/runs/${fruitful.id}/undo`, {});
  }
  await visitor.call('POST', '/api/mailbox/pause', { until: null });
  await visitor.call('POST', '/api/mailbox/resume', { gap: 'skip' });
}
