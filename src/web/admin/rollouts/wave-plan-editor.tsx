/** How a roll-out is cut into waves, and when one halts by itself. Controlled. */
import { Button, Field, Input } from '@fluentui/react-components';
import { Card, Quiet } from '../../shared/card.tsx';
import { sayNumber } from '../../shared/times.ts';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { mayAddWave, type PlanErrors, peopleOfWaves, type WavePlan, withWave } from './wave-plan.ts';

/** `total`: how many people there are; null while that is not known. */
export function WavePlanEditor(props: {
  readonly plan: WavePlan;
  readonly errors: PlanErrors;
  readonly total: number | null;
  readonly onChange: (plan: WavePlan) => void;
}) {
  const { plan, errors, total, onChange } = props;
  const { shares } = plan;
  const people = total === null ? null : peopleOfWaves(plan, total);
  const hint = (place: number) =>
    people === null ? {} : { hint: sayNumber(people[place] ?? 0, 'person', 'people') };
  return (
    <Card title="In waves">
      <Quiet>Each wave goes up to this share of the people; the last one is everybody.</Quiet>
      {shares.map((share, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is known by its place.
        <div key={place} className={css.actions}>
          <Field
            label={`Wave ${place + 1}, up to percent`}
            {...hint(place)}
            {...complaint(errors.get(place))}
          >
            <Input
              name={`wave-${place}`}
              className={css.short ?? ''}
              inputMode="numeric"
              value={share}
              onChange={(_event, data) => onChange({ ...plan, shares: shares.with(place, data.value) })}
            />
          </Field>
          <Button
            size="small"
            aria-label={`Leave out wave ${place + 1}`}
            onClick={() => onChange({ ...plan, shares: shares.filter((_, other) => other !== place) })}
          >
            Leave out
          </Button>
        </div>
      ))}
      <p>
        Wave {shares.length + 1}: everybody
        {people === null ? '' : `, ${sayNumber(people.at(-1) ?? 0, 'more person', 'more people')}`}
      </p>
      <div className={css.actions}>
        <Button
          disabledFocusable={!mayAddWave(plan)}
          onClick={() => mayAddWave(plan) && onChange(withWave(plan))}
        >
          Add a wave
        </Button>
      </div>
      <Field
        label="Halt a wave when more fail than percent"
        hint="Judged from 5 people on. Those who must connect themselves are not tried and do not count"
        {...complaint(errors.get('failuresMax'))}
      >
        <Input
          name="failuresMax"
          className={css.short ?? ''}
          inputMode="numeric"
          value={plan.failuresMax}
          onChange={(_event, data) => onChange({ ...plan, failuresMax: data.value })}
        />
      </Field>
    </Card>
  );
}
