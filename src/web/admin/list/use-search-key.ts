/**
 * The key `/` goes to the search of the list on the page. A single key may be pressed by accident, by speech input for example: it can be
 * switched off, which this browser remembers (WCAG 2.1.4).
 */
import { type RefObject, useEffect, useState } from 'react';

const KEY = 'lockstep.search-key';

export function useSearchKey(
  field: RefObject<HTMLInputElement | null>,
): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(readKept);
  useEffect(() => {
    if (!isOn) return undefined;
    const go = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest(
          'input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]',
        );
      if (isTyping || field.current === null) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    document.addEventListener('keydown', go);
    return () => document.removeEventListener('keydown', go);
  }, [isOn, field]);
  return [
    isOn,
    (next) => {
      setOn(next);
      try {
        window.localStorage.setItem(KEY, next ? 'on' : 'off');
      } catch {
        // No storage: for as long as the page is open.
      }
    },
  ];
}

function readKept(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}
