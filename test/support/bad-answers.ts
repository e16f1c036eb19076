/**
 * Answers of services made bad on their way: one answer of a visit has its JSON or text changed, another status, or breaks off. Requests are counted,
 * so that a visit without end is seen.
 */
import fc from 'fast-check';
import {
  badJson,
  changeJson,
  changeText,
  deep,
  type JsonChange,
  jsonChanges,
  NEEDLE,
  type TextChange,
  textChanges,
} from './fuzz.ts';

export interface Damage {
  /** Which answer of the visit. */
  readonly nth: number;
  /** So many answers from there on. */
  readonly count: number;
  readonly how:
    | { readonly kind: 'json'; readonly changes: readonly JsonChange[] }
    | { readonly kind: 'text'; readonly changes: readonly TextChange[] }
    | { readonly kind: 'whole'; readonly body: string }
    | { readonly kind: 'bytes'; readonly at: number; readonly bytes: readonly number[] };
  readonly status: number | null;
}

const wholes = fc.oneof(
  badJson.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ...[
      '',
      'null',
      '[]',
      '{}',
      '{"value":{}}',
      '{"value":[null]}',
      '{"items":[null,1,"x"]}',
      `<html>${NEEDLE}</html>`,
      '\ufeff{}',
    ],
    ...[
      JSON.stringify(deep(3_000, 'value')),
      '['.repeat(50_000),
      `<a>${'<b>'.repeat(2_000)}`,
      '<?xml version="1.0" encoding="utf-16"?><a/>',
    ],
    `<!DOCTYPE a [<!ENTITY b "${NEEDLE}"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;&c;</a>`,
  ),
);

export const damages: fc.Arbitrary<Damage> = fc.record({
  nth: fc.nat({ max: 24 }),
  count: fc.constantFrom(1, 1, 3, 100),
  how: fc.oneof(
    { weight: 6, arbitrary: jsonChanges.map((changes) => ({ kind: 'json', changes }) as const) },
    { weight: 3, arbitrary: textChanges.map((changes) => ({ kind: 'text', changes }) as const) },
    { weight: 1, arbitrary: wholes.map((body) => ({ kind: 'whole', body }) as const) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('bytes' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        bytes: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 6 }),
      }),
    },
  ),
  status: fc.option(fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 412, 429, 500, 503), {
    freq: 4,
  }),
});

/** Requests after which a visit counts as endless. */
const REQUESTS_MAX = 600;

export interface Damager {
  /** In the place of an answer. */
  answer(response: Response): Promise<Response>;
  /** Begins a visit; null leaves all answers as they are. */
  begin(damage: Damage | null): void;
  /** Answers go by uncounted and unchanged until `goOn`: what a test needs for itself. */
  pause(): void;
  goOn(): void;
  requests(): number;
  readonly limit: number;
}

export function createDamager(): Damager {
  let damage: Damage | null = null;
  let seen = 0;
  let isPaused = false;
  return {
    pause: () => {
      isPaused = true;
    },
    goOn: () => {
      isPaused = false;
    },
    limit: REQUESTS_MAX,
    begin(next) {
      damage = next;
      seen = 0;
    },
    requests: () => seen,
    async answer(response) {
      if (isPaused) return response;
      const at = seen;
      seen += 1;
      if (seen > REQUESTS_MAX) throw new TypeError('fetch failed');
      return damage !== null && at >= damage.nth && at < damage.nth + damage.count
        ? damaged(response, damage)
        : response;
    },
  };
}

async function damaged(response: Response, { how, status }: Damage): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const told = status ?? response.status;
  const bytes = bodyOf(body, how);
  return new Response(told === 204 || told === 205 || told === 304 ? null : bytes, { status: told, headers });
}

function bodyOf(body: Uint8Array, how: Damage['how']): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(body);
  const write = (made: string) => new Uint8Array(new TextEncoder().encode(made));
  if (how.kind === 'whole') return write(how.body);
  if (how.kind === 'text') return write(changeText(text, how.changes));
  if (how.kind === 'bytes') {
    const copy = new Uint8Array(body);
    copy.set(
      how.bytes.slice(0, copy.length),
      Math.floor(how.at * Math.max(0, copy.length - how.bytes.length)),
    );
    return copy;
  }
  const sample = jsonOf(text);
  if (sample !== undefined) return write(JSON.stringify(changeJson(sample, how.changes)) ?? '');
  return write(changeParts(text, how.changes));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is JSON inside of something else (parts of a batch) is changed there; in XML the text of elements is. */
function changeParts(text: string, changes: readonly JsonChange[]): string {
  let part = 0;
  const inner = (found: string) => {
    const sample = jsonOf(found);
    part += 1;
    return sample === undefined || part % 2 === 0 ? found : JSON.stringify(changeJson(sample, changes));
  };
  if (!text.trimStart().startsWith('<')) return text.replaceAll(/^\{[\s\S]*?^\}/gm, inner);
  return changes.reduce((xml, { at, value }) => {
    const places = [...xml.matchAll(/>([^<>]{1,2000})</g)];
    const place = places[Math.floor(at * (places.length - 1))];
    if (place === undefined) return xml;
    const put = String(typeof value === 'object' ? JSON.stringify(value) : value)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;');
    return `${xml.slice(0, place.index + 1)}${put}${xml.slice(place.index + place[0].length - 1)}`;
  }, text);
}
