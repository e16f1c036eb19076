/** *Accounts* (A9): the two accounts that sync stands on. *Refresh* renews the same one, *Change* picks another one. */
import { Button } from '@fluentui/react-components';
import type { ConnectionView, MailboxView } from '../../../../api-schema/mailbox.ts';
import { BreakableText } from '../../../shared/breakable-text.tsx';
import { Card } from '../../../shared/card.tsx';
import { Icon } from '../../../shared/icons.tsx';
import { InstantText } from '../../../shared/instant-text.tsx';
import { useSignIn } from '../../../shared/use-sign-in.ts';
import { RENEW_CRM } from '../../status/remedy-button.tsx';
import statusCss from '../../status/status.module.css';
import { useDialogs } from '../../use-dialogs.ts';
import css from '../settings.module.css';

const CHANGE_CRM = '/login/salesforce?intent=change';

export function AccountsPage({ mailbox }: { readonly mailbox: MailboxView }) {
  const openDialog = useDialogs();
  const goTo = useSignIn();
  const signIn = (url: string) => void goTo(url).catch(() => undefined);
  return (
    <>
      <Account
        title="Mailbox"
        connection={mailbox.mailboxConnection}
        address={mailbox.address}
        about="Refresh after a new password or when access has ended. Change connects another mailbox in its place."
        onRefresh={() => openDialog({ name: 'activation', intent: 'refresh' })}
        onChange={() => openDialog({ name: 'activation', intent: 'change' })}
      />
      <Account
        title="Salesforce"
        connection={mailbox.crmConnection}
        address={null}
        about="Both lead to Salesforce’s own page. Change lets you log in as somebody else; in another organization everything starts anew."
        onRefresh={() => signIn(RENEW_CRM)}
        onChange={() => signIn(CHANGE_CRM)}
      />
    </>
  );
}

function Account(props: {
  readonly title: string;
  readonly connection: ConnectionView;
  readonly address: string | null;
  readonly about: string;
  readonly onRefresh: () => void;
  readonly onChange: () => void;
}) {
  const { title, connection, address, about, onRefresh, onChange } = props;
  const name = title.toLowerCase() === 'mailbox' ? 'mailbox' : `${title} account`;
  return (
    <Card title={title}>
      <dl className={statusCss.facts}>
        {address !== null && address !== connection.account && (
          <>
            <dt>Address</dt>
            <dd>
              <BreakableText text={address} />
            </dd>
          </>
        )}
        <dt>{address === null || address === connection.account ? 'Account' : 'Login'}</dt>
        <dd>
          <BreakableText text={connection.account} /> ({connection.service})
        </dd>
        <dt>Connected</dt>
        <dd>
          <InstantText at={connection.connectedAt} withExact />
        </dd>
        <dt>Access</dt>
        <dd className={statusCss.state}>
          <Icon
            name={connection.isUsable ? 'good' : 'bad'}
            size={16}
            className={connection.isUsable ? statusCss.good : statusCss.bad}
          />
          {connection.isUsable ? 'at hand' : 'not at hand: connect it again'}
        </dd>
      </dl>
      <p className={statusCss.quiet}>{about}</p>
      <div className={css.actions}>
        <Button
          appearance={connection.isUsable ? 'secondary' : 'primary'}
          aria-label={`Refresh the ${name}`}
          onClick={onRefresh}
        >
          Refresh
        </Button>
        <Button aria-label={`Change the ${name}`} onClick={onChange}>
          Change
        </Button>
      </div>
    </Card>
  );
}
