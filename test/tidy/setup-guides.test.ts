/**
 * Goal: who follows a guide types what the product reads and asks for. Method: the configuration is made to tell which variables it looks up, connectors to
 * tell which scopes they ask for and where they are called back; both are compared with what the guides and the files of deploy/ name.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beginSignIn } from '../../src/connectors/exchange/oauth.ts';
import { API_SCOPES } from '../../src/connectors/google/apis.ts';
import { createOffice365MassAccess } from '../../src/connectors/office365/mass-access.ts';
import { beginConsent } from '../../src/connectors/office365/oauth.ts';
import { createSalesforceMassAccess } from '../../src/connectors/salesforce/jwt-bearer.ts';
import { authorizationUrl } from '../../src/connectors/salesforce/oauth.ts';
import { setUpOf } from '../../src/web/admin/accesses/set-up-steps.ts';
import { variablesOfConfig } from '../support/config-variables.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const guide = (name: string) => read(`docs/setup/${name}.md`);
const guides = readdirSync(join(root, 'docs', 'setup')).map((file) => `docs/setup/${file}`);
const deployed = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'deploy', 'Dockerfile'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '');

describe('variables', () => {
  const known = variablesOfConfig();
  /** Of other programs and libraries, and of the compose file's own. */
  const foreign =
    /^(POSTGRES_\w+|LOCKSTEP_(HOST|IMAGE)|NODE_(ENV|OPTIONS)|MALLOC_ARENA_MAX|RUST_LOG|OTEL_EXPORTER_OTLP_HEADERS)$/;

  test('every variable that a guide or operating.md names is one that the configuration looks up', () => {
    const pages = ['docs/operating.md', ...guides, ...deployed.filter((file) => file.endsWith('.md'))];
    const offenders = pages.flatMap((page) =>
      [...read(page).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:[=:][^`]*)?`/g)]
        .map((found) => found[1] ?? '')
        .filter((name) => !known.has(name) && !foreign.test(name))
        .map((name) => `${page}: ${name}`),
    );
    expect(offenders).toEqual([]);
  });

  test('every variable that the configuration looks up is explained in operating.md', () => {
    const page = read('docs/operating.md');
    const explained = (name: string) =>
      page.includes(`\`${name}\``) || (name.endsWith('_FILE') && page.includes(`\`${name.slice(0, -5)}\``));
    expect([...known].filter((name) => !explained(name))).toEqual([]);
  });

  test('every variable that the files of deploy/ set is one that the configuration looks up', () => {
    const offenders = deployed.flatMap((file) =>
      [...read(file).matchAll(/^(?:\s*|# |Environment=)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\s?[:=]/gm)]
        .map((found) => found[1] ?? '')
        .filter((name) => !known.has(name) && !foreign.test(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(offenders).toEqual([]);
  });
});

describe('scopes', () => {
  const app = {
    clientId: 'app',
    clientSecret: 'secret',
    certificate: null,
    tenant: 'organizations',
    loginOrigin: 'https://login.microsoftonline.com',
    graphOrigin: 'https://graph.microsoft.com',
  };
  const clock = { now: () => 0 };
  const scopesOf = (url: string) => new URL(url).searchParams.get('scope')?.split(' ') ?? [];
  /** Permissions as they are written in a text: names with a dot in them that end in Read, ReadWrite and their like. */
  const permissionsIn = (text: string) =>
    new Set(
      [...text.matchAll(/\b[A-Z]\w+\.(?:ReadWrite|Read|Send|AccessAsUser)(?:\.All)?\b/g)].map(
        ([name]) => name,
      ),
    );

  test('Office 365: the guide names the delegated and the application permissions that are asked for, and no other', async () => {
    const { url } = await beginConsent({ app, redirectUri: 'https://x.test/cb', clock } as never, null);
    const delegated = scopesOf(url);
    const facts = createOffice365MassAccess(app as never).facts({
      account: 'app',
      settings: { tenant: 't', clientId: 'c' },
    });
    const application =
      facts.find((fact) => fact.label === 'Application permissions')?.value.split(', ') ?? [];
    const text = guide('entra');
    for (const name of [...delegated, ...application]) expect.soft(text).toContain(`\`${name}\``);
    expect([...permissionsIn(text)].toSorted()).toEqual(
      [...permissionsIn([...delegated, ...application].join(' '))].toSorted(),
    );
  });

  test('Google: the guide and the console name the four scopes, in the form that each page takes', () => {
    const text = guide('google-cloud');
    expect(text).toContain(API_SCOPES.map((scope) => `   ${scope}\n`).join(''));
    expect(text).toContain(`   ${API_SCOPES.join(',')}\n`);
    expect(new Set(text.match(/https:\/\/www\.googleapis\.com\/auth\/[\w.]+/g))).toEqual(new Set(API_SCOPES));
  });

  test('Salesforce: the guide, the form of an access and the access itself name what is asked for', async () => {
    const oauth = { clientId: 'app', clientSecret: null, redirectUri: 'https://x.test/cb' };
    const { url } = await authorizationUrl(oauth as never, 'https://login.salesforce.com');
    const text = guide('salesforce');
    expect(text).toContain(`\`${scopesOf(url).join(' ')}\``);
    const asked = scopesOf(url).toSorted();
    const form = setUpOf('salesforce', { actsAs: 'each-user' } as never).steps.flatMap(
      (step) => step.code ?? [],
    );
    expect(form).toContain(asked.join(' '));
    const jwt = {
      loginUrl: 'https://acme.my.salesforce.com',
      clientId: 'c',
      username: 'u',
      actsAs: 'each-user',
    };
    const facts = createSalesforceMassAccess(() => null).facts({ account: 'u', settings: { jwt } });
    expect(facts.find((fact) => fact.label === 'OAuth scopes')?.value).toBe(asked.join(', '));
    for (const scope of asked) expect.soft(text).toMatch(new RegExp(`\`${scope}\`|\\(${scope}[,)]`));
  });

  test('Exchange: the guide names the permission that Entra ID is asked for', async () => {
    const exchange = { authority: 'https://login.microsoftonline.com/t', clientId: 'a', clientSecret: null };
    const { url } = await beginSignIn(
      {
        app: {
          ...exchange,
          resource: 'https://mail.acme.com',
          ewsUrl: 'https://mail.acme.com/EWS/Exchange.asmx',
        },
        redirectUri: 'https://x.test/cb',
        clock,
      } as never,
      null,
    );
    const permission = scopesOf(url)
      .find((scope) => scope.startsWith('https://'))
      ?.split('/')
      .at(-1);
    expect([...permissionsIn(guide('exchange'))]).toEqual([permission]);
  });
});

test('every guide names the address that its service calls back', () => {
  expect(read('src/server/wire.ts')).toMatch(/\/connect\/\$\{service\}\/callback/);
  expect(read('src/server/salesforce.ts')).toContain('/login/salesforce/callback');
  expect(guide('salesforce')).toContain('`PUBLIC_URL/login/salesforce/callback`');
  for (const [page, service] of [
    ['entra', 'office365'],
    ['google-cloud', 'google'],
    ['exchange', 'exchange'],
  ] as const)
    expect(guide(page)).toContain(`\`PUBLIC_URL/connect/${service}/callback\``);
});

test('every step of a guide is numbered, every part ends with a check, and every guide tells what goes wrong by code', () => {
  for (const page of guides) {
    const parts = read(page).split(/^## /m);
    for (const part of parts.filter((one) => /^[A-Z]\. /.test(one))) {
      const numbers = [...part.matchAll(/^(\d+)\. /gm)].map((found) => Number(found[1]));
      expect.soft(numbers, `${page}: ${part.split('\n')[0]}`).toEqual(numbers.map((_, index) => index + 1));
      expect.soft(part, `${page}: ${part.split('\n')[0]}`).toMatch(/\*\*Check|\*Check:?\*/);
    }
    expect.soft(parts.find((part) => part.startsWith('What goes wrong'))).toMatch(/errors\.md#/);
  }
});
