/** The end of a removal: how much is gone, and what stayed and why. */
import type { z } from 'zod';
import type { removalViewSchema } from '../../api-schema/removal.ts';
import css from './removal-result.module.css';
import { sayCount, sayNumber } from './times.ts';

export function RemovalResult({ result }: { readonly result: z.infer<typeof removalViewSchema> }) {
  return (
    <>
      <p role="status">
        {sayNumber(result.removed, 'record was', 'records were')} removed from Salesforce
        {result.removed === 0 ? '.' : ' and will not come back by themselves.'}
      </p>
      {result.kept.length > 0 && (
        <>
          <p>These stayed:</p>
          <ul className={css.points}>
            {result.kept.map(({ code, text, count }) => (
              <li key={code}>
                {sayCount(count)}: {text}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
