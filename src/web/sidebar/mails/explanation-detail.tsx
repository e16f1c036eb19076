/** *Why?* (D3): the verdict on one mail and the way to it, rule by rule; who takes part; the record and the issue, if there are any. */
import { Link } from '@fluentui/react-components';
import type { z } from 'zod';
import type { ExplanationView, explanationStepSchema } from '../../../api-schema/mails.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { Icon, type IconName } from '../../shared/icons.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import css from './mails.module.css';

type Step = z.infer<typeof explanationStepSchema>;

const outcomes: Readonly<Record<Step['outcome'], { readonly icon: IconName; readonly word: string }>> = {
  passed: { icon: 'good', word: 'passed' },
  stopped: { icon: 'bad', word: 'stopped here' },
  'not-reached': { icon: 'skipped', word: 'not reached' },
};

/** The rules in their order; the people stand apart, where the page wants them. */
export function ExplanationDetail({ explanation }: { readonly explanation: ExplanationView }) {
  const { steps, record, issue, mailUrl } = explanation;
  return (
    <div className={css.stack}>
      <ol className={css.steps} aria-label="Rules, in their order">
        {steps.map(({ rule, text, outcome, detail }) => (
          <li key={rule} className={css[outcome]}>
            <Icon name={outcomes[outcome].icon} size={16} />
            <div>
              {text} <span className="visually-hidden">({outcomes[outcome].word})</span>
              {detail !== null && <span className={css.quiet}> {detail}</span>}
            </div>
          </li>
        ))}
      </ol>
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
