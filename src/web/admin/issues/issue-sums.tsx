/** Issues summed by their code: how many, in how many mailboxes, what mends them, and the way to those alone. */
import { Link } from 'wouter';
import type { z } from 'zod';
import type { issueSumsSchema } from '../../../api-schema/admin/overview.ts';
import { Card } from '../../shared/card.tsx';
import { sayNumber } from '../../shared/times.ts';
import { CauseText } from '../shared/cause-text.tsx';
import { menderWords } from '../shared/run-words.ts';
import css from './issues.module.css';

type Sum = z.infer<typeof issueSumsSchema>['items'][number];

/** Nothing where there are none: the list says so. */
export function IssueSums({ sums }: { readonly sums: readonly Sum[] }) {
  if (sums.length === 0) return null;
  return (
    <Card title="By cause">
      <ul className={css.sums} aria-label="Causes">
        {sums.map(({ failure, issues, mailboxes }) => (
          <li key={failure.code}>
            <p className={css.count}>
              <Link href={`/issues?code=${encodeURIComponent(failure.code)}`}>
                {sayNumber(issues, 'issue')}
                <span className="visually-hidden"> with the code {failure.code}</span>
              </Link>{' '}
              in {sayNumber(mailboxes, 'mailbox', 'mailboxes')}
            </p>
            <CauseText failure={failure} />
            <p className={css.mender}>{menderWords[failure.mender]} can mend it.</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
