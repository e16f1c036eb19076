/** Every sign-in ends at `/`, which is the sidebar: a tab that left the console for it goes back to where it was. */
const KEY = 'lockstep.console';

/** To be called as the console is left for a sign-in page. */
export function rememberConsole(): void {
  try {
    window.sessionStorage.setItem(KEY, window.location.pathname + window.location.search);
  } catch {
    // No storage: the sidebar's menu leads back.
  }
}

/** Goes back to the console, once, with what the sign-in has to say; false where this tab did not come from it. */
export function returnToConsole(): boolean {
  let place: string | null = null;
  try {
    place = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
  if (place === null || !/^\/admin(\/|\?|$)/.test(place)) return false;
  const url = new URL(place, window.location.origin);
  const problem = new URL(window.location.href).searchParams.get('problem');
  if (problem !== null) url.searchParams.set('problem', problem);
  window.location.replace(url);
  return true;
}
