/** That docs/errors.md is what the catalogue says, and that every code has its anchor there and on the page that problems lead to. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorPageHtml, errorPageMarkdown } from '../../src/api/error-page.ts';
import { apiProblem, failureProblem } from '../../src/api/problems.ts';
import { apiProblemCodes } from '../../src/api-schema/problem.ts';
import { failureCodes } from '../../src/model/catalogue.ts';
import { failure } from '../../src/model/failure.ts';

test('docs/errors.md is fresh: npm run errors writes it', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorPageMarkdown());
});

test('the type of every problem leads to its place on both pages', () => {
  const types = [
    ...failureCodes.map((code) => failureProblem(failure(code)).type),
    ...apiProblemCodes.map((code) => apiProblem(code).problem.type),
  ];
  const [markdown, html] = [errorPageMarkdown(), errorPageHtml()];
  for (const type of types) {
    const [page, anchor] = type.split('#');
    expect(page).toBe('/docs/errors');
    expect(markdown).toContain(`<a id="${anchor}"></a>`);
    expect(html).toContain(`id="${anchor}"`);
  }
});
