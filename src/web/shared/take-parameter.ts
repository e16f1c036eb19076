/** What the address of the page brought with it, for those who ask while the page loads; later the address holds it no more. */

/** A parameter's value, taken out of the address, so that loading the page again does not repeat old news; null when there is none. */
export function takeParameter(name: string): string | null {
  const url = new URL(window.location.href);
  const value = url.searchParams.get(name);
  if (value !== null) {
    url.searchParams.delete(name);
    window.history.replaceState(null, '', url);
  }
  return value;
}
