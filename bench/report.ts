/**
 * Turns measurements into lines for a terminal and a page of markdown: counts first, ratios second. It measures nothing.
 */
import type { Minimum } from './minimum.ts';
import type { Measurement, SideTraffic } from './stage.ts';

/** One line: what was counted, beside the least that it could be where there is such a thing. */
export interface Row {
  readonly what: string;
  readonly counted: string;
  readonly minimum?: string;
  readonly ratio?: number;
  /** What the vendor's own client came to, and how many times the product's that is. */
  readonly vendor?: string;
  readonly vendorRatio?: number;
}

export interface Section {
  readonly title: string;
  readonly note?: string;
  readonly rows: readonly Row[];
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

/** What one side was asked by the product and by the vendor's client, per run; `bytes`: of the values that had to travel. */
export function besideRows(
  name: string,
  traffic: SideTraffic,
  vendor: SideTraffic,
  given: { readonly runs: number; readonly bytes: number; readonly least: Minimum },
): readonly Row[] {
  const { runs, least } = given;
  const [requests, ...rest] = sideRows(name, traffic, runs, least);
  const carried = (one: SideTraffic) => (one.bytesIn + one.bytesOut) / runs;
  const detail = sideRows(name, vendor, runs).find(({ what }) => what.endsWith('by operation'));
  return [
    ...(requests === undefined
      ? []
      : [
          {
            ...requests,
            vendor: round(vendor.requests / runs),
            vendorRatio: vendor.requests / traffic.requests,
          },
        ]),
    ...rest.map((row) => {
      if (row.what.endsWith('by operation')) return { ...row, vendor: detail?.counted ?? '' };
      if (!row.what.includes('bytes')) return row;
      return {
        ...row,
        ...(given.bytes === 0
          ? {}
          : {
              minimum: `${bytes(given.bytes)} = the values alone`,
              ratio: carried(traffic) / given.bytes,
            }),
        vendor: `${bytes(vendor.bytesIn / runs)} / ${bytes(vendor.bytesOut / runs)}`,
        vendorRatio: carried(vendor) / carried(traffic),
      };
    }),
  ];
}

/** What the product did inside, per run. */
export function productRows({ product }: Measurement, runs: number, least?: Minimum): readonly Row[] {
  const { sql } = product;
  return [
    {
      what: 'SQL: statements / transactions / rows',
      counted: `${round(sql.statements / runs)} / ${round(sql.transactions / runs)} / ${round(sql.rows / runs)}`,
      ...(least === undefined
        ? {}
        : {
            minimum: `${least.requests} = ${least.formula}`,
            ratio: sql.statements / runs / least.requests,
          }),
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
    const vendor = row.vendor === undefined ? '' : `   vendor's client ${row.vendor}`;
    const beside = row.vendorRatio === undefined ? '' : ` (${row.vendorRatio.toFixed(2)} times)`;
    return `  ${row.what.padEnd(40)} ${row.counted}${least}${ratio}${vendor}${beside}`;
  });
  const note = section.note === undefined ? [] : [`  (${section.note})`];
  return [section.title, ...note, ...lines, ''].join('\n');
}

/** A section as a heading of the third level and a table; the vendor's columns only where there is something in them. */
export function sectionMarkdown(section: Section): string {
  const hasVendor = section.rows.some(({ vendor }) => vendor !== undefined);
  const fixed = (ratio: number | undefined) => (ratio === undefined ? '' : ratio.toFixed(2));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const heads = [
    '',
    'counted',
    'theoretical minimum',
    'ratio',
    ...(hasVendor ? ["vendor's client", 'times ours'] : []),
  ];
  return [
    `### ${section.title}`,
    '',
    ...(section.note === undefined ? [] : [section.note, '']),
    line(heads),
    line(heads.map(() => '---')),
    ...section.rows.map((row) =>
      line([
        row.what,
        row.counted,
        row.minimum ?? '',
        fixed(row.ratio),
        ...(hasVendor ? [row.vendor ?? '', fixed(row.vendorRatio)] : []),
      ]),
    ),
    '',
  ].join('\n');
}
