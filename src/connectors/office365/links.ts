/**
 * Graph's own links (`@odata.nextLink`, `@odata.deltaLink`) as paths below `/v1.0`. A link to another origin is no link: the token goes to the
 * configured Graph alone.
 */
const VERSION = '/v1.0';

/** The path and query below `/v1.0`, or null for a link that leads elsewhere. */
export function pathOfLink(link: unknown, graphOrigin: string): string | null {
  if (typeof link !== 'string' || !URL.canParse(link, graphOrigin)) return null;
  const url = new URL(link, graphOrigin);
  if (url.origin !== graphOrigin || !url.pathname.startsWith(`${VERSION}/`)) return null;
  return url.pathname.slice(VERSION.length) + url.search;
}

/** The whole address of a path below `/v1.0`. */
export function urlOfPath(path: string, graphOrigin: string): string {
  return `${graphOrigin}${VERSION}${path}`;
}
