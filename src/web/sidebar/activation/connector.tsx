/** Which service and which mailbox a connection is for, around the form that makes it; used in the dialog and on the page of an e-mail's link. */
import { type Ref, useState } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { useHost } from '../../host/use-host.ts';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import type { ConnectIntent } from '../use-dialogs.ts';
import { ConnectStage, type ConnectStageHandle } from './connect-stage.tsx';
import { likelyService } from './likely-service.ts';
import type { ArrivedAttempt } from './use-attempt.ts';

/** `onSkip` null: there is nothing else to do here. `onChange`: the person wants another mailbox than the one that is connected. */
export function Connector(props: {
  readonly ref?: Ref<ConnectStageHandle>;
  readonly mailbox: MailboxView | null;
  readonly intent: ConnectIntent;
  readonly attempt: ArrivedAttempt;
  /** Only the service that the mailbox has: there is nothing to choose. */
  readonly isPinned?: boolean;
  readonly onSkip: (() => void) | null;
  readonly onChange: (() => void) | null;
}) {
  const { ref = null, mailbox, intent, attempt, isPinned = false, onSkip, onChange } = props;
  const { services: offered, user } = useSignedIn();
  const services = isPinned ? offered.filter(({ service }) => service === mailbox?.serviceId) : offered;
  const host = useHost();
  const isFree = mailbox === null || mailbox.state === 'not-activated' || intent === 'change';
  const known = isFree ? null : mailbox;
  const { chosenBefore } = attempt;
  const address = known?.address ?? host.mailboxAddress ?? chosenBefore?.address ?? user.email;
  const likely =
    chosenBefore?.service ?? mailbox?.serviceId ?? likelyService(services, address, host.kind) ?? undefined;
  const [chosen, setChosen] = useState(likely);
  const service = services.find((one) => one.service === chosen) ?? services[0];
  if (service === undefined) return null;
  return (
    <ConnectStage
      ref={ref}
      services={services}
      service={service}
      onChoose={(name) => {
        attempt.complain({});
        setChosen(name);
      }}
      mailbox={known}
      target={{
        address,
        isFixed: known !== null || host.mailboxAddress !== null,
        isKnown: known !== null,
        hostAddress: host.mailboxAddress,
        intent,
      }}
      attempt={attempt}
      onSkip={onSkip}
      onChange={onChange}
    />
  );
}
