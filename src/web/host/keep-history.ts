/**
 * Office.js sets `history.pushState` and `replaceState` to null, for the sake of a browser that is no more; the page needs both to move between its
 * views. Putting accessors in their place keeps them, and lets Office.js believe that it has had its way.
 */

/** To be called before Office.js has loaded its second part, and harmless elsewhere. */
export function keepHistory(): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const kept = History.prototype[name].bind(window.history);
    Object.defineProperty(window.history, name, {
      configurable: true,
      get: () => kept,
      set: () => undefined,
    });
  }
}
