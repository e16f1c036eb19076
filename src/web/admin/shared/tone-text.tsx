/** A short text with the icon and the colour of its tone; the words alone carry the meaning. */
import { Icon } from '../../shared/icons.tsx';
import type { Tone } from '../../shared/notice.tsx';
import css from './tone-text.module.css';

export function ToneText({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span className={css.line}>
      <Icon name={tone} size={14} className={`${css.icon} ${css[tone]}`} />
      <span>{text}</span>
    </span>
  );
}
