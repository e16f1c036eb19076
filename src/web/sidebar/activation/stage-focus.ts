/** Where the focus goes in the first half of the dialog: at its start, and after an attempt that failed. */
import { type RefObject, useEffect, useRef } from 'react';
import type { ExchangeFormHandle } from './exchange-form.tsx';
import { formFields } from './problem-place.ts';
import type { Attempt } from './use-attempt.ts';

export interface StagePlaces {
  /** What is under way; null while a form stands. */
  readonly waiting: RefObject<HTMLParagraphElement | null>;
  readonly choice: RefObject<HTMLInputElement | null>;
  /** The form with login and password; null while another one stands. */
  readonly form: RefObject<ExchangeFormHandle | null>;
  readonly address: RefObject<HTMLInputElement | null>;
  readonly primary: RefObject<HTMLButtonElement | null>;
  readonly notice: RefObject<HTMLDivElement | null>;
}

/** The places, and after each attempt the focus in the first field with a complaint, else at the text above the form. */
export function useStagePlaces({ phase, outcome }: Pick<Attempt, 'phase' | 'outcome'>): StagePlaces {
  const form = useRef<ExchangeFormHandle>(null);
  const choice = useRef<HTMLInputElement>(null);
  const address = useRef<HTMLInputElement>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const waiting = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (phase !== 'idle') return;
    const first = formFields.find((field) => outcome.errors[field] !== undefined);
    if (first === undefined) {
      if (outcome.problem !== null) notice.current?.focus();
    } else if (form.current === null) address.current?.focus();
    else form.current.focus(first);
  }, [phase, outcome]);
  return { waiting, form, choice, address, primary, notice };
}

/** What is under way or went wrong; else the choice on first start, and later what must be entered or pressed anew. */
export function focusStart(places: StagePlaces, isFirst: boolean): void {
  const news = places.waiting.current ?? places.notice.current;
  if (news !== null) news.focus();
  else if (!isFirst && places.form.current !== null) places.form.current.focus('password');
  else if (!isFirst) places.primary.current?.focus();
  else if (places.choice.current !== null) places.choice.current.focus();
  else if (places.form.current !== null) places.form.current.focus('login');
  else places.address.current?.focus();
}
