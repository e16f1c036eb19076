/** How fresh and how complete: the share that is on time, how old the last success is, what is missing, and the CRM's daily allowance. */
import { ProgressBar } from '@fluentui/react-components';
import type { AdminOverview } from '../../../api-schema/admin/overview.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import css from './overview.module.css';

/** Never rounded up to 100 %: a hole must show. */
function sayShare(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}

export function FreshnessCard(props: Pick<AdminOverview, 'freshness' | 'completeness' | 'crm'>) {
  const { freshness, completeness, crm } = props;
  const { onTimeShare, medianMinutes, p95Minutes } = freshness;
  return (
    <Card title="Fresh and complete">
      {onTimeShare === null ? (
        <Quiet>Nobody is active yet.</Quiet>
      ) : (
        <Measure name="On time" share={onTimeShare}>
          of the active mailboxes are on time.
          {medianMinutes !== null &&
            ` Half had their last success within ${sayNumber(Math.round(medianMinutes), 'minute')}`}
          {medianMinutes !== null && p95Minutes !== null
            ? `, 19 of 20 within ${sayNumber(Math.round(p95Minutes), 'minute')}.`
            : ''}
        </Measure>
      )}
      {completeness.share === null ? (
        <Quiet>Completeness was not checked yet. It is checked once a day.</Quiet>
      ) : (
        <Measure name="Complete" share={completeness.share}>
          of the mail of 30 days that belongs to Salesforce is there.
          {completeness.missing > 0 &&
            ` ${sayNumber(completeness.missing, 'mail is', 'mails are')} missing in ${sayNumber(completeness.mailboxes, 'mailbox', 'mailboxes')}.`}
        </Measure>
      )}
      {crm !== null && crm.max > 0 && (
        <div className={css.measure}>
          <p>
            Salesforce: {sayCount(crm.used)} of {sayCount(crm.max)} daily API requests used.
            {crm.heldUntil !== null && (
              <>
                {' '}
                Runs wait; they go on <InstantText at={crm.heldUntil} />.
              </>
            )}
          </p>
          <ProgressBar
            aria-label="Daily API requests used"
            value={Math.min(crm.used, crm.max)}
            max={crm.max}
            color={crm.heldUntil === null ? 'brand' : 'warning'}
          />
        </div>
      )}
    </Card>
  );
}

function Measure(props: {
  readonly name: string;
  readonly share: number;
  readonly children: React.ReactNode;
}) {
  const { name, share, children } = props;
  return (
    <div className={css.measure}>
      <p>
        <span className={css.big}>{sayShare(share)}</span> {children}
      </p>
      <ProgressBar
        aria-label={name}
        value={Math.min(Math.max(share, 0), 1)}
        max={1}
        color={share < 0.99 ? 'warning' : 'success'}
      />
    </div>
  );
}
