/** Completeness (D4): the share of the last 30 days' eligible mail that is in Salesforce, and what is missing. */
import { ProgressBar } from '@fluentui/react-components';
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../../shared/card.tsx';
import { InstantText } from '../../../shared/instant-text.tsx';
import { sayCount, sayNumber } from '../../../shared/times.ts';
import css from './overview.module.css';

/** Never rounded up to 100 %: a hole must show. */
function sayShare(saved: number, eligible: number): string {
  const tenths = Math.floor((saved / eligible) * 1_000);
  return `${tenths / 10} %`;
}

export function Completeness({ completeness }: Pick<MailboxView, 'completeness'>) {
  if (completeness === null) {
    return (
      <Card title="Completeness">
        <Quiet>Not checked yet. It is checked once a day.</Quiet>
      </Card>
    );
  }
  const { checkedAt, eligible, saved, missing, removed } = completeness;
  const expected = eligible - removed;
  return (
    <Card title="Completeness">
      {expected <= 0 ? (
        <Quiet>No mail of the last 30 days belongs to Salesforce.</Quiet>
      ) : (
        <div className={css.share}>
          <p>
            <span className={css.big}>{sayShare(saved, expected)}</span> of the mail of the last 30 days that
            belongs to Salesforce is there: {sayCount(saved)} of {sayCount(expected)}.
          </p>
          <ProgressBar
            aria-label="Share that is in Salesforce"
            value={Math.min(saved, expected)}
            max={expected}
            color={missing > 0 ? 'warning' : 'success'}
          />
          {missing > 0 && (
            <p>{sayNumber(missing, 'mail is', 'mails are')} missing; the next run takes them.</p>
          )}
        </div>
      )}
      {removed > 0 && (
        <Quiet>
          {sayNumber(removed, 'mail was', 'mails were')} deliberately removed in Salesforce and{' '}
          {removed === 1 ? 'stays' : 'stay'} away.
        </Quiet>
      )}
      <Quiet>
        Checked <InstantText at={checkedAt} withExact />.
      </Quiet>
    </Card>
  );
}
