/** The steps in the service's own console, beside the form: read while it is filled in, each command ready to be copied. */
import { Card } from '../../shared/card.tsx';
import { CopyButton } from '../../shared/copy-button.tsx';
import css from './set-up-list.module.css';
import type { SetUp } from './set-up-steps.ts';

export function SetUpList({ setUp }: { readonly setUp: SetUp }) {
  return (
    <Card title="In the service’s own console">
      <ol className={css.steps}>
        {setUp.steps.map(({ text, code }) => (
          <li key={text} className={css.step}>
            <p>{text}</p>
            {code !== undefined && (
              <>
                <pre className={css.code}>{code}</pre>
                <CopyButton text={code}>Copy</CopyButton>
              </>
            )}
          </li>
        ))}
      </ol>
      <ul className={css.notes}>
        {setUp.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Card>
  );
}
