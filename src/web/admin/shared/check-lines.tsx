/** What was tried, a line each with its tick or cross; what failed with what to do, as an administrator is told it. */
import type { FailureView } from '../../../api-schema/mailbox.ts';
import { sayCapability } from '../../shared/capability-words.ts';
import { CauseText } from './cause-text.tsx';
import css from './check-lines.module.css';
import { ToneText } from './tone-text.tsx';

export interface CheckLine {
  readonly capability: string;
  readonly failure: FailureView | null;
}

export function CheckLines({
  label,
  checks,
}: {
  readonly label: string;
  readonly checks: readonly CheckLine[];
}) {
  return (
    <ul className={css.lines} aria-label={label}>
      {checks.map(({ capability, failure }) => (
        <li key={capability}>
          <ToneText
            tone={failure === null ? 'good' : 'bad'}
            text={failure === null ? sayCapability(capability) : `${sayCapability(capability)}: not possible`}
          />
          {failure !== null && <CauseText failure={failure} />}
        </li>
      ))}
    </ul>
  );
}
