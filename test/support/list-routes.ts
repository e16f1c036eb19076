/** All routes that an application has, as Fastify lists them; the built pages are none, nor is the address of the console. */
import type { ApiApp } from '../../src/api/app.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Given by Fastify beside GET. */
const IGNORED = ['HEAD'];
const PAGES = ['/admin'];

/** Throws for a method that nobody expects, so that none is overlooked. */
export function listRoutes(app: ApiApp): readonly Route[] {
  const parents: string[] = [];
  const found: Route[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods = ''] =
      /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (path === '' || path === '*') continue;
    parents[indent.length / 4] = path;
    const url = parents.slice(0, indent.length / 4 + 1).join('');
    for (const method of methods.split(', ').filter((one) => one !== '' && !IGNORED.includes(one))) {
      if (!METHODS.includes(method)) throw new Error(`no test knows ${method} ${url}`);
      if (!PAGES.includes(url)) found.push({ method: method as Route['method'], url });
    }
  }
  return found;
}
