/** The query of an address from what is wanted; what is not given is left out. */
export function queryOf(wanted: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
