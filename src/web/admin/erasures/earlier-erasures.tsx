/** Earlier erasures as the audit has them: when, by whom, how much. Of whom, nobody can tell any more. */

import { Link } from 'wouter';
import type { z } from 'zod';
import type { auditPageSchema } from '../../../api-schema/administration.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card, Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { type AuditEntry, sayActor } from '../shared/audit-words.ts';
import css from '../shared/form.module.css';
import { routes } from '../shared/routes.ts';
import { WithAnswer } from '../shared/with-answer.tsx';

const SHOWN = 5;
const ACTION = 'person.erased';

export function EarlierErasures() {
  const earlier = useAdmin<z.infer<typeof auditPageSchema>>(
    `${routes.audit}?${new URLSearchParams({ action: ACTION, limit: String(SHOWN) })}`,
  );
  return (
    <Card title="Earlier erasures">
      <WithAnswer query={earlier} label="Loading earlier erasures">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>Nobody was erased yet.</Quiet>
          ) : (
            <>
              <ul className={css.points} aria-label="Earlier erasures">
                {items.map((entry) => (
                  <li key={entry.id}>
                    <InstantText at={entry.at} withExact />, {sayOutcome(entry)}{' '}
                    <span className={css.quiet}>
                      <BreakableText text={sayActor(entry)} />
                    </span>
                  </li>
                ))}
              </ul>
              <p>
                <Link href={`/audit?${new URLSearchParams({ action: ACTION })}`}>All of them</Link>
              </p>
            </>
          )
        }
      </WithAnswer>
    </Card>
  );
}

function sayOutcome({ details }: AuditEntry): string {
  const removed = sayNumber(Number(details.removed ?? 0), 'record removed', 'records removed');
  const kept = Number(details.kept ?? 0);
  return kept === 0 ? removed : `${removed}, ${kept} kept`;
}
