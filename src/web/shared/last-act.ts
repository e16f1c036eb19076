/**
 * Whether somebody is at this page. A page that stays open asks the API again and again by the clock; such questions say so, and keep no session alive
 * (docs/decisions/sessions.md). Opening the page counts, and so does every press, key or scroll in it, and coming back to its window.
 */
const ACTS = ['pointerdown', 'keydown', 'wheel', 'focus'] as const;
const PRESENT_MS = 2 * 60_000;

let lastActAt = Date.now();

const note = () => {
  lastActAt = Date.now();
};
for (const act of ACTS) window.addEventListener(act, note, { capture: true, passive: true });

export function isAttended(): boolean {
  return Date.now() - lastActAt < PRESENT_MS;
}
