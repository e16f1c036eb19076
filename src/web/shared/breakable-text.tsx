/** An address or a code that may break into lines where a reader would break it: after `@`, `.`, `_`, `/` and `-`. */
import { Fragment } from 'react';

/** The text as it is, with chances to break. Copied, it has no blanks in it. */
export function BreakableText({ text }: { readonly text: string }) {
  let at = 0;
  return text.split(/(?<=[@._/-])/).map((part) => {
    at += part.length;
    return (
      <Fragment key={at}>
        {part}
        <wbr />
      </Fragment>
    );
  });
}
