/** The five steps of a roll-out: where the reader is, and links to those that can be looked at. */
import { Link } from 'wouter';
import { type RolloutStep, rolloutSteps } from './rollout-words.ts';
import css from './stepper.module.css';

/** `hrefOf` is null where a step is not open. */
export function Stepper(props: {
  readonly current: RolloutStep;
  readonly hrefOf: (step: RolloutStep) => string | null;
}) {
  const { current, hrefOf } = props;
  return (
    <nav aria-label="Steps">
      <ol className={css.steps}>
        {rolloutSteps.map(([step, label], place) => {
          const href = step === current ? null : hrefOf(step);
          return (
            <li
              key={step}
              className={`${css.step} ${step === current ? css.current : ''}`}
              aria-current={step === current ? 'step' : undefined}
            >
              <span className={css.number} aria-hidden="true">
                {place + 1}
              </span>
              {href === null ? (
                label
              ) : (
                <Link href={href} className={css.link ?? ''}>
                  {label}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
