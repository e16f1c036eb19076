/** *Why?* (D3): the verdict on one mail and the way to it, rule by rule; who takes part; the record and the issue, if there are any. */
import { Link } from '@fluentui/react-components';
import type { ExplanationView } from '../../../api-schema/mails.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import css from './mails.module.css';
import { StepList } from './step-list.tsx';

/** The rules in their order; the people stand apart, where the page wants them. */
export function ExplanationDetail({ explanation }: { readonly explanation: ExplanationView }) {
  const { steps, record, issue, mailUrl } = explanation;
  return (
    <div className={css.stack}>
      <StepList steps={steps} />
      {issue !== null && (
        <div className={css.stack}>
          <p>{issue.text}</p>
          <FailureDetail {...issue} />
        </div>
      )}
      <p className={css.links}>
        {record !== null && (
          <span>
            <Link href={record.url} target="_blank" rel="noreferrer" inline>
              Open the record in Salesforce
            </Link>{' '}
            ({record.created ? 'saved' : 'linked'} <InstantText at={record.savedAt} />)
          </span>
        )}
        {mailUrl !== null && (
          <Link href={mailUrl} target="_blank" rel="noreferrer" inline>
            Open the mail
          </Link>
        )}
      </p>
    </div>
  );
}
