/**
 * The small print of a failure: the names of fields it is about, the text for an administrator (folded, to be copied whole), and the code to copy
 * into a message. The main text, with what happened and what to do, stands above it and is the caller's.
 */
import { BreakableText } from './breakable-text.tsx';
import { CopyButton } from './copy-button.tsx';
import { CopyableCode } from './copyable-code.tsx';
import css from './failure-detail.module.css';

export interface FailurePrint {
  readonly code: string;
  readonly text: string;
  readonly admin: string | undefined;
  readonly vendorCode: string | null | undefined;
  readonly fields: readonly string[] | undefined;
}

/** Fields, administrator's text and code of one failure. */
export function FailureDetail({ code, text, admin, vendorCode, fields }: FailurePrint) {
  const fullCode = vendorCode ? `${code} (${vendorCode})` : code;
  const names = fields ?? [];
  return (
    <div className={css.detail}>
      {names.length > 0 && (
        <ul className={css.fields} aria-label="What it is about">
          {names.map((field) => (
            <li key={field}>
              <code>
                <BreakableText text={field} />
              </code>
            </li>
          ))}
        </ul>
      )}
      {admin !== undefined && admin !== '' && admin !== text && (
        <details className={css.admin}>
          <summary>For your administrator</summary>
          <p>{admin}</p>
          <CopyButton text={[admin, ...names, fullCode].join('\n')}>Copy this text</CopyButton>
        </details>
      )}
      <CopyableCode code={fullCode} />
    </div>
  );
}
