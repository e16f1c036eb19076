/** Where reading goes on when a dialog is closed: at what had the focus before, or at the page's heading where that is gone, such as an item of a menu. */
import { useEffect, useState } from 'react';

/** Later than whoever else knows a better place. */
const AFTER_MS = 100;

/** To be called by whatever is in the document only while the dialog is open. */
export function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const isThere = opener instanceof HTMLElement && opener !== document.body && opener.checkVisibility();
        (isThere ? opener : document.querySelector('h1'))?.focus();
      }, AFTER_MS);
    },
    [opener],
  );
}
