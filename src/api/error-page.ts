/**
 * The page about every code that people may meet, from the catalogue and the API's own problems: as Markdown for docs/errors.md, and as the HTML that a
 * problem's `type` leads to. It words nothing but the headings.
 */
import { apiProblemCodes } from '../api-schema/problem.ts';
import { catalogue, failureCodes } from '../model/catalogue.ts';
import type { CatalogueEntry, Mender } from '../model/catalogue-entry.ts';
import type { FailureKind } from '../model/failure.ts';
import { apiProblems } from './problems.ts';

interface Explained {
  readonly code: string;
  readonly lines: readonly (readonly [label: string, text: string])[];
}

interface Section {
  readonly heading: string;
  readonly codes: readonly Explained[];
}

const menders: Readonly<Record<Mender, string>> = {
  user: 'the person whose mailbox it is',
  'mail-admin': 'the mail administrator',
  'crm-admin': 'the Salesforce administrator',
  operator: 'whoever operates Lockstep',
  nobody: 'nobody: it heals by itself',
};

const follows: Readonly<Record<FailureKind, string>> = {
  'credentials-rejected': 'The run ends. At the mailbox six in a row stop sync until it is connected again.',
  'authorization-revoked': 'Sync stops at once until somebody signs in again.',
  'permission-missing': 'The run ends. At the mailbox six in a row stop sync until it is connected again.',
  'mailbox-unavailable': 'The run ends. At the mailbox six in a row stop sync until it is connected again.',
  throttled: 'The next run comes when the service allows. It counts as no failure.',
  transient: 'It is tried again. Ten failed runs in a row suspend sync, which then tries every few hours.',
  'cursor-expired': 'What was being read is read anew. Nothing is lost or doubled.',
  'bad-item': 'The one item becomes an issue or is tried again; everything else goes on.',
  'request-invalid': 'The run ends. Ten failed runs in a row suspend sync, which then tries every few hours.',
  'quota-or-licence': 'The run ends and a later one goes on. It counts as no failure.',
  unreachable: 'It is tried again. Ten failed runs in a row suspend sync, which then tries every few hours.',
};

const sides: readonly (readonly [CatalogueEntry['side'], string])[] = [
  ['mailbox', 'The mailbox'],
  ['crm', 'Salesforce'],
  ['lockstep', 'Lockstep itself'],
];

function sections(): readonly Section[] {
  const ofSide = (side: CatalogueEntry['side']) =>
    failureCodes.filter((code) => catalogue[code].side === side);
  return [
    ...sides.map(([side, heading]) => ({
      heading,
      codes: ofSide(side).map((code) => explained(code, catalogue[code])),
    })),
    { heading: 'Requests to the API', codes: apiProblemCodes.map((code) => explainedProblem(code)) },
  ];
}

function explained(code: string, { user, admin, mender, kind }: CatalogueEntry): Explained {
  return {
    code,
    lines: [
      ['To the person', user],
      ['To the administrator', admin],
      ['Who can mend it', `${menders[mender]}.`],
      ['What Lockstep does', follows[kind]],
    ],
  };
}

function explainedProblem(code: keyof typeof apiProblems): Explained {
  const { status, detail } = apiProblems[code];
  return {
    code,
    lines: [
      ['To the person', detail],
      ['HTTP status', `${status}.`],
    ],
  };
}

const TITLE = 'Errors, and what to do';
const ABOUT =
  'Every code that pages, e-mails, answers of the API and logs may show, each with what happened and what to do, in the words for the person whose mailbox it is and in those for an administrator.';

/** docs/errors.md, whole. */
export function errorPageMarkdown(): string {
  const parts = sections().flatMap(({ heading, codes }) => [
    `## ${heading}`,
    ...codes.map(
      ({ code, lines }) =>
        `<a id="${code}"></a>\n\n### ${code}\n\n${lines.map(([label, text]) => `- **${label}:** ${escapeMarkdown(text)}`).join('\n')}`,
    ),
  ]);
  const origin = 'Written from the catalogue by `npm run errors`; a test fails when it is stale.';
  return `${[`# ${TITLE}`, `${ABOUT} ${origin}`, ...parts].join('\n\n')}\n`;
}

/** The page that the `type` of a problem leads to: plain, without script or style. */
export function errorPageHtml(): string {
  const parts = sections().flatMap(({ heading, codes }) => [
    `<h2>${escapeHtml(heading)}</h2>`,
    ...codes.map(
      ({ code, lines }) =>
        `<h3 id="${code}">${code}</h3>\n<ul>\n${lines.map(([label, text]) => `<li><b>${label}:</b> ${escapeHtml(text)}</li>`).join('\n')}\n</ul>`,
    ),
  ]);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${TITLE}</title></head>
<body>
<h1>${TITLE}</h1>
<p>${ABOUT}</p>
${parts.join('\n')}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\<>*_|`]/g, (sign) => `\\${sign}`);
}
