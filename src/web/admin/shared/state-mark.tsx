/** A state in a word, with an icon and a colour for its tone; the word alone carries the meaning. */
import type { ReactNode } from 'react';
import { Icon } from '../../shared/icons.tsx';
import type { Tone } from '../../shared/notice.tsx';
import css from './state-mark.module.css';

export function StateMark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`${css.mark} ${css[tone]}`}>
      <Icon name={tone} size={16} className={css.icon} />
      <span>{children}</span>
    </span>
  );
}
