/**
 * The API versions the simulated instances speak: which are answered, which are retired, and how they are listed.
 */
import { ApiError, type Json, notFound } from './errors.ts';

const OLDEST = 31;
const NEWEST = 68;
const RETIRED_FROM = 21;
const SEASONS = ['Winter', 'Spring', 'Summer'];

/** The list at `/services/data`. */
export function listVersions(): Json {
  const versions: Json[] = [];
  for (let version = OLDEST; version <= NEWEST; version += 1) {
    versions.push({ label: labelOf(version), url: `/services/data/v${version}.0`, version: `${version}.0` });
  }
  return versions;
}

/** The version of a path segment such as `v66.0`. Fails with 410 for retired and 404 for unknown ones. */
export function readVersion(segment: string): number {
  const version = Number(/^v(\d+)\.0$/.exec(segment)?.[1] ?? Number.NaN);
  if (version >= OLDEST && version <= NEWEST) return version;
  if (version >= RETIRED_FROM && version < OLDEST) {
    throw new ApiError(
      410,
      'UNSUPPORTED_API_VERSION',
      'The requested API version is retired and no longer available',
    );
  }
  throw notFound();
}

/** The resources at `/services/data/vXX.0`. */
export function listResources(version: number): Json {
  const base = `/services/data/v${version}.0`;
  const names = ['composite', 'limits', 'query', 'queryAll', 'sobjects'];
  return Object.fromEntries(names.map((name) => [name, `${base}/${name}`]));
}

function labelOf(version: number): string {
  const year = 11 + Math.floor((version - 20) / 3);
  return `${SEASONS[(version - 20) % 3]} '${year}`;
}
