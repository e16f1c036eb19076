/** What needs an admin today, most urgent first, each with the page that mends it. */
import { Link } from 'wouter';
import type { AdminOverview } from '../../../api-schema/admin/overview.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import css from './overview.module.css';

type Need = AdminOverview['needs'][number];

/** The API's path is one below /admin; with or without that. */
function hrefOf(link: string): string {
  const path = link.replace(/^\/admin(?=\/|$)/, '');
  return path.startsWith('/') ? path : `/${path}`;
}

export function NeedsCard({ needs, users }: { readonly needs: readonly Need[]; readonly users: number }) {
  return (
    <Card title="Needs you today">
      {needs.length === 0 ? (
        <Quiet>{users === 0 ? 'Nobody is here yet: import people first.' : 'Nothing. All is well.'}</Quiet>
      ) : (
        <ol className={css.needs}>
          {needs.map(({ kind, text, failure, link }) => (
            <li key={`${kind} ${link}`}>
              <Link href={hrefOf(link)}>{text}</Link>
              {failure !== null && (
                <>
                  <p>{failure.admin}</p>
                  <FailureDetail
                    code={failure.code}
                    text={failure.admin}
                    admin={undefined}
                    vendorCode={failure.vendorCode}
                    fields={failure.fields}
                  />
                </>
              )}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
