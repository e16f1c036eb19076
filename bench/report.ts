/**
 * Turns measurements into lines for a terminal and a page of markdown: counts first, ratios second. It measures nothing.
 */
import { availableParallelism, totalmem } from 'node:os';
import type { Minimum } from './minimum.ts';
import type { Measurement, SideTraffic } from './stage.ts';

/** One line: what was counted, beside the least that it could be where there is such a thing. */
export interface Row {
  readonly what: string;
  readonly counted: string;
  readonly minimum?: string;
  readonly ratio?: number;
}

export interface Section {
  readonly title: string;
  readonly note?: string;
  readonly rows: readonly Row[];
}

export interface Report {
  readonly madeAt: string;
  readonly machine: string;
  readonly sections: readonly Section[];
}

export function makeReport(sections: readonly Section[], now: Date): Report {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  return {
    madeAt: now.toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores, ${memory}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    sections,
  };
}

/** What one side was asked, per run, beside its minimum. */
export function sideRows(
  name: string,
  traffic: SideTraffic,
  runs: number,
  minimum?: Minimum,
): readonly Row[] {
  const perRun = traffic.requests / runs;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([operation, count]) => `${operation} ${round(count / runs)}`)
      .join(', ');
  return [
    {
      what: `${name}: requests`,
      counted: round(perRun),
      ...(minimum === undefined
        ? {}
        : {
            minimum: `${minimum.requests} = ${minimum.formula}`,
            ratio: perRun / minimum.requests,
          }),
    },
    { what: `${name}: by operation`, counted: list(traffic.byOperation) },
    ...(traffic.batched === undefined || Object.keys(traffic.batched).length === 0
      ? []
      : [{ what: `${name}: inside of batches`, counted: list(traffic.batched) }]),
    {
      what: `${name}: bytes sent / received`,
      counted: `${bytes(traffic.bytesIn / runs)} / ${bytes(traffic.bytesOut / runs)}`,
    },
  ];
}

/** What the product did inside, per run. */
export function productRows({ product }: Measurement, runs: number): readonly Row[] {
  const { sql } = product;
  return [
    {
      what: 'SQL: statements / transactions / rows',
      counted: `${round(sql.statements / runs)} / ${round(sql.transactions / runs)} / ${round(sql.rows / runs)}`,
    },
    { what: 'CPU', counted: `${(product.cpuMs / runs).toFixed(1)} ms` },
    {
      what: 'event loop late by (99 % / worst)',
      counted: `${product.delayP99Ms.toFixed(0)} / ${product.delayMaxMs.toFixed(0)} ms`,
    },
  ];
}

export function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

export function bytes(value: number): string {
  if (value >= 2 ** 20) return `${(value / 2 ** 20).toFixed(1)} MiB`;
  return value >= 2 ** 10 ? `${(value / 2 ** 10).toFixed(1)} KiB` : `${Math.round(value)} B`;
}

export function printSection(section: Section): string {
  const lines = section.rows.map((row) => {
    const least = row.minimum === undefined ? '' : `   least ${row.minimum}`;
    const ratio = row.ratio === undefined ? '' : `   ratio ${row.ratio.toFixed(2)}`;
    return `  ${row.what.padEnd(40)} ${row.counted}${least}${ratio}`;
  });
  const note = section.note === undefined ? [] : [`  (${section.note})`];
  return [section.title, ...note, ...lines, ''].join('\n');
}

/** The page `docs/results.md`. */
export function writeMarkdown(report: Report): string {
  const sections = report.sections.flatMap((section) => [
    `## ${section.title}`,
    '',
    ...(section.note === undefined ? [] : [section.note, '']),
    '| | counted | theoretical minimum | ratio |',
    '| --- | --- | --- | --- |',
    ...section.rows.map(
      (row) =>
        `| ${row.what} | ${row.counted} | ${row.minimum ?? ''} | ${row.ratio === undefined ? '' : row.ratio.toFixed(2)} |`,
    ),
    '',
  ]);
  return [
    '# Results of the benches',
    '',
    '<!-- Written by `npm run bench -- --markdown docs/results.md`; do not edit. -->',
    '',
    `Made on ${report.madeAt} with ${report.machine}. The product runs in a process of its own against the simulated mail services and Salesforce on`,
    'loopback. Counts depend on the code alone; times depend on the machine and are for orientation only, nothing asserts them. Minimums and',
    'their reasons are in `bench/minimum.ts`; `test/contract/request-counts.test.ts` holds the counts to 1.3 times the minimum.',
    '',
    ...sections,
  ].join('\n');
}
