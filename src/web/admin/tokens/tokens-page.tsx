/** *Tokens*: what scripts may do in an admin's place. A token is shown once, when it is made. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import type { z } from 'zod';
import type { TokenView, tokensViewSchema } from '../../../api-schema/admin/tokens.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { FormDialog } from '../shared/form-dialog.tsx';
import { useNews } from '../shared/news.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { NewTokenForm } from './new-token-form.tsx';

export function TokensPage() {
  const tokens = useAdmin<z.infer<typeof tokensViewSchema>>('/tokens');
  const [revoked, setRevoked] = useState<TokenView | null>(null);
  const revoke = useAdminChange();
  const { tell } = useNews();
  return (
    <PageFrame
      title="Tokens"
      about="For scripts of your own: a token calls the API in your organization’s name, within what you allow it."
    >
      <NewTokenForm />
      <WithAnswer query={tokens} label="Loading tokens">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>There is no token.</Quiet>
          ) : (
            <EntryList label="Tokens">
              {items.map((token) => (
                <Entry
                  key={token.id}
                  name={token.name}
                  facts={factsOf(token)}
                  side={
                    <Button
                      size="small"
                      aria-label={`Revoke ${token.name}`}
                      onClick={() => {
                        revoke.reset();
                        setRevoked(token);
                      }}
                    >
                      Revoke
                    </Button>
                  }
                />
              ))}
            </EntryList>
          )
        }
      </WithAnswer>
      {revoked !== null && (
        <FormDialog
          title={`Revoke “${revoked.name}”?`}
          verb="Revoke"
          isBusy={revoke.isPending}
          problem={revoke.error === null ? null : problemOf(revoke.error)}
          onClose={() => setRevoked(null)}
          onDo={() =>
            revoke.mutate(
              { method: 'DELETE', below: `/tokens/${revoked.id}` },
              {
                onSuccess: () => {
                  setRevoked(null);
                  tell('good', 'The token is revoked.');
                },
              },
            )
          }
        >
          <p>Whatever uses it is refused from now on. It cannot be given back.</p>
        </FormDialog>
      )}
    </PageFrame>
  );
}

function factsOf(token: TokenView) {
  const hasEnded = Date.parse(token.expiresAt) <= Date.now();
  return [
    `may ${token.scopes.join(', ')}`,
    token.profile === null ? 'reaches everybody' : `reaches ${token.profile.name} alone`,
    <span key="end">
      {hasEnded ? 'ended' : 'ends'} <InstantText at={token.expiresAt} />
    </span>,
    token.usedAt === null ? (
      'never used'
    ) : (
      <span key="used">
        used <InstantText at={token.usedAt} />
      </span>
    ),
    token.createdBy === null ? 'made by somebody who is gone' : `made by ${token.createdBy}`,
  ];
}
