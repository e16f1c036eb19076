/** The five steps of a roll-out: where the reader is, and links to those that can be looked at. */
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { type RolloutStep, rolloutSteps } from './rollout-words.ts';
import css from './stepper.module.css';

/** `hrefOf` is null where a step is not open. */
export function Stepper(props: {
  readonly current: RolloutStep;
  readonly hrefOf: (step: RolloutStep) => string | null;
}) {
  const { current, hrefOf } = props;
  const place = useRef<HTMLElement>(null);
  const before = useRef(current);
  // Another step is read from here on; the first one from the page's heading.
  useEffect(() => {
    if (before.current !== current) place.current?.focus();
    before.current = current;
  }, [current]);
  return (
    <nav ref={place} tabIndex={-1} aria-label="Steps">
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
