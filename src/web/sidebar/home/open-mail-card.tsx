/** The mail that is open beside the page: whether it is in Salesforce and why, *Save to Salesforce*, and the people of it (U1). */
import { Link } from '@fluentui/react-components';
import { useId, useState } from 'react';
import type { ExplanationView } from '../../../api-schema/mails.ts';
import type { OpenMail } from '../../host/host.ts';
import { problemOf } from '../../shared/api-problem.ts';
import cardCss from '../../shared/card.module.css';
import { Icon } from '../../shared/icons.tsx';
import { Loading } from '../../shared/loading.tsx';
import { useExplanation } from '../../shared/mail-queries.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { ExplanationDetail } from '../mails/explanation-detail.tsx';
import css from '../mails/mails.module.css';
import { PeopleList } from '../mails/people-list.tsx';
import { SaveMail } from '../mails/save-mail.tsx';

/** To be keyed by the mail, so that nothing of one mail stays with the next. */
export function OpenMailCard({ mail }: { readonly mail: OpenMail }) {
  const explanation = useExplanation(mail.name);
  const id = useId();
  return (
    <>
      <section className={cardCss.card} aria-labelledby={id}>
        <h2 id={id} className={css.subject}>
          {mail.subject === '' ? '(no subject)' : mail.subject}
        </h2>
        {explanation.isPending && <Loading label="Looking at this mail" lines={2} />}
        {explanation.error !== null && (
          <ProblemNotice problem={problemOf(explanation.error)} onRetry={() => void explanation.refetch()} />
        )}
        {explanation.data !== undefined && <Verdict explanation={explanation.data} />}
        {explanation.data !== undefined && <SaveMail name={mail.name} canSave={explanation.data.canSave} />}
      </section>
      {explanation.data !== undefined && explanation.data.participants.length > 0 && (
        <section className={cardCss.card} aria-labelledby={`${id}-people`}>
          <h2 id={`${id}-people`} className={cardCss.title}>
            People
          </h2>
          <PeopleList people={explanation.data.participants} />
        </section>
      )}
    </>
  );
}

function Verdict({ explanation }: { readonly explanation: ExplanationView }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { record } = explanation;
  return (
    <div className={css.stack}>
      <div className={css.verdict}>
        <Icon
          name={record === null ? 'skipped' : 'good'}
          className={record === null ? css.unsaved : css.saved}
        />
        <p role="status">
          {record === null ? 'Not in Salesforce.' : 'In Salesforce.'} {explanation.verdict.text}{' '}
          <Link as="button" inline aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
            Why?
          </Link>
        </p>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && <ExplanationDetail explanation={explanation} />}
      </div>
    </div>
  );
}
