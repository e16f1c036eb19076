/** How far back the first sync goes (E6), each window with what it would save as soon as that is known. */
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { sayNumber } from '../../shared/times.ts';
import { offeredWindows, sayWindow } from './preview-words.ts';

/** Choosing a window that was not counted yet counts it. `locked`: why there is no choice; empty where there is one. */
export function WindowChoice(props: {
  readonly chosen: number;
  readonly locked: string;
  readonly countOf: (days: number) => number | null;
  readonly onChoose: (days: number) => void;
}) {
  const { chosen, locked, countOf, onChoose } = props;
  return (
    <Field label="How far back?" {...(locked === '' ? {} : { hint: locked })}>
      <RadioGroup value={String(chosen)} onChange={(_event, data) => onChoose(Number(data.value))}>
        {(locked === '' ? offeredWindows(chosen) : [chosen]).map((days) => {
          const count = countOf(days);
          return (
            <Radio
              key={days}
              value={String(days)}
              label={count === null ? sayWindow(days) : `${sayWindow(days)}: ${sayNumber(count, 'mail')}`}
            />
          );
        })}
      </RadioGroup>
    </Field>
  );
}
