/**
 * Goal: the house rules that no linter has. Method: read the repository's own files; each rule lists its offenders, so that a failure says
 * where to look.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const code = files.filter((file) => /\.(ts|tsx)$/.test(file) && !file.endsWith('.d.ts'));
const product = code.filter((file) => file.startsWith('src/') && !/\.test\.tsx?$/.test(file));
const pure = product.filter((file) => file.startsWith('src/model/') || file.startsWith('src/decide/'));

/** Who may import whom (ARCHITECTURE.md); the compiler holds it too, this list keeps the projects honest. */
const layers: Readonly<Record<string, readonly string[]>> = {
  model: [],
  decide: ['model'],
  connectors: ['model'],
  store: ['model'],
  notify: ['model'],
  'api-schema': ['model'],
  sync: ['model', 'decide', 'store'],
  jobs: ['model', 'store'],
  commands: ['model', 'decide', 'store', 'notify', 'sync'],
  api: ['model', 'api-schema', 'store', 'commands'],
  server: [
    'model',
    'decide',
    'connectors',
    'store',
    'notify',
    'api-schema',
    'sync',
    'jobs',
    'commands',
    'api',
  ],
  web: ['model', 'api-schema'],
};

function imports(file: string): readonly string[] {
  return [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((found) => found[1] ?? '');
}

const layerOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

describe('layers', () => {
  test('imports run one way only', () => {
    const offenders = product.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(join(dirname(file), name)))
        .filter((target) => {
          const from = layerOf(file);
          const to = layerOf(target);
          if (from === undefined) return false;
          return to === undefined
            ? !target.startsWith('dist/')
            : to !== from && layers[from]?.includes(to) !== true;
        })
        .map((target) => `${file} -> ${target}`),
    );
    expect(offenders).toEqual([]);
  });

  test('each project references exactly the layers that it may import', () => {
    const offenders = Object.entries(layers).filter(([layer, allowed]) => {
      const { references = [] } = JSON.parse(read(`src/${layer}/tsconfig.json`)) as {
        references?: { path: string }[];
      };
      const named = references.map((one) => one.path.replace('../', '')).toSorted();
      return JSON.stringify(named) !== JSON.stringify(allowed.toSorted());
    });
    expect(offenders.map(([layer]) => layer)).toEqual([]);
  });

  test('model and decide import relative paths only, and know no clock and no chance', () => {
    const offenders = pure.filter(
      (file) =>
        imports(file).some((name) => !name.startsWith('.')) ||
        /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)/.test(withoutComments(read(file))),
    );
    expect(offenders).toEqual([]);
  });

  test('simulators import nothing of ours', () => {
    const offenders = code.filter(
      (file) =>
        file.startsWith('simulators/') &&
        imports(file).some((name) => /(^|\/)(src|sandbox|test|bench)\//.test(name)),
    );
    expect(offenders).toEqual([]);
  });

  test('decide, sync, commands and jobs do not name the CRM', () => {
    const offenders = product.filter(
      (file) => /^src\/(decide|sync|commands|jobs)\//.test(file) && /['"`]salesforce['"`]/i.test(read(file)),
    );
    expect(offenders).toEqual([]);
  });

  test('no mail service is named outside connectors, server, the catalogue, the accesses’ form, the activation and access pages and the hosts of pages', () => {
    const allowed =
      /^src\/(connectors|server|web\/sidebar\/activation|web\/admin\/accesses|web\/host)\/|^src\/api-schema\/admin\/accesses\.ts$|^src\/model\/(catalogue|mailbox-entries)\.ts$/;
    const offenders = product
      .filter((file) => !allowed.test(file))
      .flatMap((file) =>
        // To exchange a code for a token is a verb here.
        [
          ...withoutComments(read(file))
            .replaceAll('/api/session/exchange', '')
            .matchAll(/\w*(exchange|office ?365|google|gmail)\w*/gi),
        ].map(([name]) => `${file}: ${name}`),
      );
    expect(offenders).toEqual([]);
  });
});

describe('one place for each thing', () => {
  test('only server/config reads the environment', () => {
    expect(
      product.filter((file) => /process\.env/.test(read(file)) && file !== 'src/server/config.ts'),
    ).toEqual([]);
  });

  test('only store and migrations hold SQL', () => {
    const sql = /\b(select|insert into|update|delete from)\b[\s\S]{1,200}\b(from|values|set|where)\b/;
    const offenders = product.filter(
      (file) =>
        !file.startsWith('src/store/') &&
        [...read(file).matchAll(/`([^`]*)`/g)].some(
          (found) => /\$\d/.test(found[1] ?? '') && sql.test(found[1] ?? ''),
        ),
    );
    expect(offenders).toEqual([]);
  });

  test('time and chance come from the server and the sandbox alone', () => {
    const offenders = product.filter(
      (file) =>
        !/^src\/(server|web)\//.test(file) &&
        /\bDate\.now\(|\bMath\.random\(|\bset(Timeout|Interval)\(/.test(withoutComments(read(file))),
    );
    // A deadline is armed where requests leave: the one timer below the server.
    expect(offenders.filter((file) => file !== 'src/connectors/http.ts')).toEqual([]);
  });
});

describe('readable in one sitting', () => {
  test('no file is longer than 400 lines, no test file longer than 500', () => {
    const limitOf = (file: string) => (/\.test\.tsx?$/.test(file) ? 500 : 400);
    expect(code.filter((file) => read(file).split('\n').length > limitOf(file))).toEqual([]);
  });

  test('every product file says at its top what it is', () => {
    expect(product.filter((file) => !/^(#!.*\n)?\/\*\*/.test(read(file)))).toEqual([]);
  });

  test('no test is skipped without a reason, none is focused', () => {
    const offenders = code.filter(
      (file) =>
        /\b(test|it|describe)\.(only|todo|skip)\(/.test(read(file)) && file !== 'test/tidy/tidy.test.ts',
    );
    expect(offenders).toEqual([]);
  });
});

describe('documents', () => {
  const documents = files.filter((file) => file.endsWith('.md'));

  test('every link inside the repository leads somewhere', () => {
    const offenders = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
        .map((found) => (found[1] ?? '').split('#')[0] ?? '')
        .filter((target) => target !== '' && !existsSync(join(root, dirname(file), target)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(offenders).toEqual([]);
  });

  test('every docs anchor cited in code exists', () => {
    const offenders = code.flatMap((file) =>
      [...read(file).matchAll(/(docs\/[\w./-]+\.md)(?:#([\w-]+))?/g)]
        .filter(
          ([, page = '', anchor]) =>
            !existsSync(join(root, page)) || (anchor !== undefined && !anchorsOf(page).has(anchor)),
        )
        .map(([cited]) => `${file} -> ${cited}`),
    );
    expect(offenders).toEqual([]);
  });

  test('every room is on the map', () => {
    const map = read('ARCHITECTURE.md');
    const rooms = [
      ...new Set(
        code.map((file) =>
          file
            .split('/')
            .slice(0, file.startsWith('src/') ? 2 : 1)
            .join('/'),
        ),
      ),
    ];
    expect(
      rooms.filter((room) => room.includes('.') === false && !map.includes(room.replace('src/', ''))),
    ).toEqual([]);
  });
});

function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page);
  const headings = [...text.matchAll(/^#+\s+(.+)$/gm)].map((found) =>
    (found[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\s.-]/g, '')
      .trim()
      .replace(/\s+/g, '-'),
  );
  const explicit = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map((found) => found[1] ?? '');
  return new Set([...headings, ...explicit]);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
