/** A box that says one thing, with an icon and a colour for its tone; the words alone carry the meaning. */
import type { ReactNode, Ref } from 'react';
import { Icon } from './icons.tsx';
import css from './notice.module.css';

export type Tone = 'good' | 'busy' | 'waiting' | 'bad';

/** `live`: read out when it appears. Takes focus by its ref, never by Tab. */
export function Notice({
  tone,
  live = false,
  ref,
  children,
}: {
  readonly tone: Tone;
  readonly live?: boolean;
  readonly ref?: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}) {
  const role = live ? { role: tone === 'bad' ? 'alert' : 'status' } : {};
  return (
    <div ref={ref} tabIndex={-1} className={`${css.notice} ${css[tone]}`} {...role}>
      <Icon name={tone} className={`${css.icon} ${tone === 'busy' ? css.turning : ''}`} />
      <div className={css.content}>{children}</div>
    </div>
  );
}
