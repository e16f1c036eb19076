/** That the OpenAPI document is complete and valid: whoever automates Lockstep finds every route in it, with what it is for, who may and what comes back. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operations, tags } from '../../src/api/operations.ts';
import { type Api, openApi } from '../support/api-harness.ts';
import { listRoutes } from '../support/list-routes.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
}

let api: Api;
let document: Document;
beforeAll(async () => {
  api = await openApi();
  document = (await api.visit().call<Document>('GET', '/api/openapi.json')).body;
});
afterAll(() => api[Symbol.asyncDispose]());

const described = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

it('is valid', async () => {
  const { valid, errors } = await new Validator().validate({ ...document });
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

it('has every route of the application but itself', () => {
  const routes = listRoutes(api.app).map(
    ({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
  );
  expect(
    described()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(routes.filter((name) => name !== 'GET /api/openapi.json').toSorted());
});

it('says of every operation what it is for, in a chapter that there is, under a name of its own', () => {
  const bare = described().filter(
    ({ operation: { operationId, summary, tags: of } }) =>
      !operationId || !summary || of?.length !== 1 || tags[of[0] ?? ''] === undefined,
  );
  expect(bare.map(({ name }) => name)).toEqual([]);
  const ids = described().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it('names who may: sessions everywhere but at the door, service tokens at administrators’ routes alone', () => {
  const schemes = new Set(Object.keys(document.components.securitySchemes));
  expect(schemes).toEqual(new Set(['cookie', 'csrf', 'bearer', 'serviceToken']));
  for (const { name, operation } of described()) {
    const ways = (operation.security ?? []).map((way) => Object.keys(way));
    const isAdmins =
      name.includes(' /api/admin/') && operations[name.replaceAll(/\{(\w+)\}/g, ':$1')]?.scope !== null;
    expect([name, ways.some((way) => way.includes('serviceToken'))]).toEqual([name, isAdmins]);
    const changes = !name.startsWith('GET ') && ways.length > 0;
    expect([name, ways.some((way) => way.includes('csrf'))]).toEqual([name, changes]);
  }
});

it('names the content types of lists in lines and of CSV files, and how every problem looks', () => {
  const typesOf = (name: string) =>
    Object.keys(described().find((one) => one.name === name)?.operation.responses['200']?.content ?? {});
  expect(typesOf('POST /api/admin/users/actions')).toEqual(['application/x-ndjson']);
  expect(typesOf('GET /api/admin/users.csv')).toEqual(['text/csv']);
  expect(typesOf('GET /api/admin/users')).toEqual(['application/json']);
  for (const { name, operation } of described())
    expect([name, Object.keys(operation.responses.default?.content ?? {})]).toEqual([
      name,
      ['application/problem+json'],
    ]);
});
