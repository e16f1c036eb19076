/** What Salesforce's daily API allowance is enough for: a question of six fields, and its answer in words. */
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import type { BudgetPlan, ServiceLevels } from '../../../api-schema/admin/service-levels.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { sayCount } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import form from '../shared/form.module.css';
import { routes } from '../shared/routes.ts';
import { ToneText } from '../shared/tone-text.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { budgetFields, budgetQuery, draftOf, findBudgetErrors } from './budget-draft.ts';
import css from './levels.module.css';

export function BudgetCard({ budget }: { readonly budget: ServiceLevels['budget'] }) {
  const [draft, setDraft] = useState(() => draftOf(budget));
  const [asked, setAsked] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const plan = useAdmin<BudgetPlan>(asked === null ? null : `${routes.budget}?${asked}`);
  const errors = isTried ? findBudgetErrors(draft) : {};
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(findBudgetErrors(draft)).length === 0) setAsked(budgetQuery(draft));
  };
  return (
    <Card title="API budget">
      <Quiet>
        {budget.dailyAllowance === null || budget.used === null
          ? 'Salesforce has not told its daily allowance within a day. Setup, Company Information tells it.'
          : `Salesforce allows ${sayCount(budget.dailyAllowance)} API requests in 24 hours; ${sayCount(budget.used)} are used, by everybody together.`}
      </Quiet>
      <form className={form.form} onSubmit={ask} noValidate>
        <div className={css.fields}>
          {budgetFields.map(({ name, label }) => (
            <Field key={name} label={label} required {...complaint(errors[name])}>
              <Input
                inputMode="numeric"
                value={draft[name]}
                onChange={(_, { value }) => setDraft({ ...draft, [name]: value })}
              />
            </Field>
          ))}
        </div>
        <Checkbox
          label="Services tell between runs that something moved"
          checked={draft.hints}
          onChange={(_, { checked }) => setDraft({ ...draft, hints: checked === true })}
        />
        <div className={form.actions}>
          <Button type="submit">Reckon</Button>
        </div>
      </form>
      <div aria-live="polite">
        {asked !== null && (
          <WithAnswer query={plan} label="Reckoning">
            {(answer) => <Plan plan={answer} />}
          </WithAnswer>
        )}
      </div>
    </Card>
  );
}

function Plan({ plan }: { readonly plan: BudgetPlan }) {
  const { fits, firstLimit, limitAfterHours, fittingIntervalMinutes, mailboxesMax } = plan;
  const hours = limitAfterHours === null ? '' : limitAfterHours.toFixed(1);
  const end =
    firstLimit === 'share'
      ? `After ${hours} hours of a full day the share is used up, and runs wait.`
      : `After ${hours} hours of a full day the allowance is used up, and Salesforce refuses everybody.`;
  return (
    <ul className={css.result}>
      <li>
        <ToneText
          tone={fits ? 'good' : 'bad'}
          text={
            fits ? `It fits, with ${Math.ceil(plan.usedShare * 1_000) / 10} % of the allowance used.` : end
          }
        />
      </li>
      <li>
        {`${sayCount(plan.callsAtRest)} requests a day when nothing moves, at most ${sayCount(plan.callsAtWork)} when every item comes by itself; ${sayCount(plan.allowed)} may be used.`}
      </li>
      <li>
        {fittingIntervalMinutes === null
          ? 'No interval up to a day fits.'
          : `The shortest interval that fits is ${fittingIntervalMinutes} minutes.`}
      </li>
      <li>{`At this interval ${sayCount(mailboxesMax)} mailboxes fit.`}</li>
    </ul>
  );
}
