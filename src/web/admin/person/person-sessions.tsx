/** Where a person is logged in, and the one button that ends it all (OWASP ASVS 7.4.5): for a lost machine, or somebody who leaves. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import type { UserView } from '../../../api-schema/admin/users.ts';
import type { EndedSessions, SessionsView } from '../../../api-schema/sessions.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayPlace } from '../../shared/session-words.ts';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { FormDialog } from '../shared/form-dialog.tsx';
import { useNews } from '../shared/news.tsx';
import { routes } from '../shared/routes.ts';
import { WithAnswer } from '../shared/with-answer.tsx';
import css from './person.module.css';

export function PersonSessions({ user }: { readonly user: UserView }) {
  const sessions = useAdmin<SessionsView>(routes.user(user.id, '/sessions'));
  const [isAsking, setAsking] = useState(false);
  const end = useAdminChange<EndedSessions>();
  const { tell } = useNews();
  return (
    <Card title="Sessions">
      <WithAnswer query={sessions} label="Loading sessions">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>Logged in nowhere.</Quiet>
          ) : (
            <>
              <ul className={css.entries} aria-label="Sessions">
                {items.map(({ id, place, startedAt, usedAt }) => (
                  <li key={id}>
                    <p>{sayPlace(place)}</p>
                    <p className={css.quiet}>
                      Since <InstantText at={startedAt} withExact />, last used <InstantText at={usedAt} />
                    </p>
                  </li>
                ))}
              </ul>
              <div>
                <Button onClick={() => setAsking(true)}>End all sessions</Button>
              </div>
            </>
          )
        }
      </WithAnswer>
      {isAsking && (
        <FormDialog
          title={`End all sessions of ${user.name}?`}
          verb="End them"
          isBusy={end.isPending}
          problem={end.error === null ? null : problemOf(end.error)}
          onClose={() => setAsking(false)}
          onDo={() =>
            end.mutate(
              { method: 'POST', below: routes.user(user.id, '/end-sessions') },
              {
                onSuccess: ({ ended }) => {
                  setAsking(false);
                  tell('good', `${sayNumber(ended, 'session was', 'sessions were')} ended.`);
                },
              },
            )
          }
        >
          <p>
            Every browser and mail client asks for a login again at once. Sync goes on. Who may still log in
            to Salesforce can come back: to keep somebody out, deactivate the Salesforce user.
          </p>
        </FormDialog>
      )}
    </Card>
  );
}
