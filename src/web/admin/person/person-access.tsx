/** The two accounts that a person's sync stands on, whose credential opens each, and the check of both. */
import { Button } from '@fluentui/react-components';
import { Link } from 'wouter';
import type { Named } from '../../../api-schema/admin/common.ts';
import type { UserView } from '../../../api-schema/admin/users.ts';
import type { ConnectionView } from '../../../api-schema/mailbox.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { Fact, Facts } from '../shared/facts.tsx';
import { originWords } from '../shared/person-words.ts';
import { AccessCheckResult, useAccessCheck } from './access-check.tsx';
import { mendingOf } from './mending.ts';

const sayAt = (at: string | null) => (at === null ? null : <InstantText at={at} withExact />);

export function PersonAccess({ user }: { readonly user: UserView }) {
  const check = useAccessCheck(user.id);
  const { mailbox, mailAccess, crmAccess } = user;
  const isOffered = user.may.includes('check-access') && mendingOf(user)?.kind !== 'check';
  return (
    <Card title="Accounts and access">
      <Facts>
        <Fact name={mailbox?.service ?? 'Mailbox'}>
          <Account connection={mailbox?.mailboxConnection} address={user.address} />
        </Fact>
        <Fact name="Reached">
          <Way access={mailAccess} />
        </Fact>
        <Fact name={mailbox?.crmConnection.service ?? 'Salesforce'}>
          <Account connection={mailbox?.crmConnection} address={user.username} />
        </Fact>
        <Fact name="Reached">
          <Way access={crmAccess} />
        </Fact>
        <Fact name="CRM user id">{user.crmUserId}</Fact>
        <Fact name="Came by">{originWords[user.origin]}</Fact>
        <Fact name="Last login">{sayAt(user.lastLoginAt) ?? 'Never'}</Fact>
        <Fact name="Rolled out">{sayAt(user.rolledOutAt)}</Fact>
      </Facts>
      {isOffered && (
        <div>
          <Button disabledFocusable={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? 'Checking' : 'Check access'}
          </Button>
        </div>
      )}
      <AccessCheckResult userId={user.id} />
    </Card>
  );
}

function Account({
  connection,
  address,
}: {
  readonly connection: ConnectionView | undefined;
  readonly address: string | null;
}) {
  if (connection === undefined) return address === null ? 'None yet' : <BreakableText text={address} />;
  return (
    <>
      <BreakableText text={connection.account} />
      {connection.isUsable ? '' : ': not at hand, it must be connected again'}
    </>
  );
}

function Way({ access }: { readonly access: Named | null }) {
  const { user } = useSignedIn();
  if (access === null) return 'by himself';
  if (user.role !== 'platform-admin') return `through ${access.name}`;
  return (
    <>
      through <Link href={`/accesses/${encodeURIComponent(access.id)}`}>{access.name}</Link>
    </>
  );
}
