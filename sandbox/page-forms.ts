/**
 * The forms of a plain HTML page, as far as somebody without a browser needs them: where each posts to, its fields and its buttons. No HTML
 * parser: it reads the simulators' own pages.
 */

export interface FormField {
  readonly kind: 'field' | 'button';
  /** The `type` attribute: `email`, `password`, `checkbox`, `hidden`, `submit`... */
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

export interface PageForm {
  /** As it stands, relative addresses included. */
  readonly action: string;
  readonly fields: readonly FormField[];
}

/** All forms in order. */
export function readForms(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => ({
    action: attribute(head, 'action'),
    fields: [...body.matchAll(/<(input|button)\b([^>]*)>/g)].map(([, tag, rest = '']) => ({
      kind: tag === 'button' ? 'button' : 'field',
      type: attribute(rest, 'type'),
      name: attribute(rest, 'name'),
      value: attribute(rest, 'value'),
    })),
  }));
}

/** The page's title, for saying what it is. */
export function readTitle(html: string): string {
  return decodeEntities(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '');
}

function attribute(tag: string, name: string): string {
  return decodeEntities(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};

function decodeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
}
