/** The rules that a mail or item was judged by, in their order, each with what came of it; colour and icon say it once more in words. */
import type { z } from 'zod';
import type { explanationStepSchema } from '../../../api-schema/mails.ts';
import { Icon, type IconName } from '../../shared/icons.tsx';
import css from './mails.module.css';

type Step = z.infer<typeof explanationStepSchema>;

const outcomes: Readonly<Record<Step['outcome'], { readonly icon: IconName; readonly word: string }>> = {
  passed: { icon: 'good', word: 'passed' },
  stopped: { icon: 'bad', word: 'stopped here' },
  'not-reached': { icon: 'skipped', word: 'not reached' },
};

export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  return (
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
  );
}
