/**
 * Partial responses: the `fields` parameter, e.g. `nextPageToken,messages(id,payload/headers)`.
 * https://developers.google.com/workspace/gmail/api/guides/performance#partial
 */
import { refuse } from './errors.ts';

interface Mask {
  [name: string]: Mask | true;
}

/** What of `value` the mask lets through; everything for an absent mask. */
export function applyFields(value: unknown, fields: string | null): unknown {
  if (fields === null || fields === '' || fields === '*') return value;
  return pick(value, parse(fields));
}

function parse(text: string): Mask {
  let at = 0;
  const readList = (): Mask => {
    const mask: Mask = {};
    do {
      const names = [readName()];
      while (text[at] === '/') {
        at += 1;
        names.push(readName());
      }
      let inner: Mask | true = true;
      if (text[at] === '(') {
        at += 1;
        inner = readList();
        if (text[at] !== ')') throw invalid();
        at += 1;
      }
      for (const name of names.slice(1).reverse()) inner = { [name]: inner };
      merge(mask, names[0] ?? '', inner);
    } while (text[at] === ',' && at++ < text.length);
    return mask;
  };
  const readName = (): string => {
    const name = /^[A-Za-z0-9_*@.-]+/.exec(text.slice(at))?.[0];
    if (name === undefined) throw invalid();
    at += name.length;
    return name;
  };
  const invalid = () => refuse('invalidArgument', `Request contains an invalid argument: fields ${text}`);
  const mask = readList();
  if (at < text.length) throw invalid();
  return mask;
}

function merge(mask: Mask, name: string, inner: Mask | true): void {
  const known = mask[name];
  if (known === undefined || known === true || inner === true) {
    mask[name] = known === true ? true : inner;
    return;
  }
  for (const [key, value] of Object.entries(inner)) merge(known, key, value);
}

function pick(value: unknown, mask: Mask | true): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => pick(each, mask));
  const kept: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    const inner = mask[name] ?? mask['*'];
    if (inner !== undefined) kept[name] = pick(each, inner);
  }
  return kept;
}
