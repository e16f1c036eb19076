/** Where to log in: the configured hosts and, where allowed, a My Domain host that the person types. */
import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import type { RefCallback } from 'react';
import type { z } from 'zod';
import type { loginHostSchema } from '../../../api-schema/session.ts';

/** The choice that opens the host field; no host is called so. */
export const MY_DOMAIN = 'my-domain';

/** A group of radio buttons and the host field that belongs to the last of them. */
export function HostChoice(props: {
  readonly hosts: readonly z.infer<typeof loginHostSchema>[];
  readonly myDomainAllowed: boolean;
  readonly choice: string;
  readonly onChoice: (choice: string) => void;
  readonly host: string;
  readonly onHost: (host: string) => void;
  readonly hostError: string | null;
  readonly hostField: RefCallback<HTMLInputElement>;
}) {
  const { hosts, myDomainAllowed, choice, onChoice, host, onHost, hostError, hostField } = props;
  return (
    <>
      <Field label="Where do you use Salesforce?">
        <RadioGroup value={choice} onChange={(_event, data) => onChoice(data.value)}>
          {hosts.map(({ id, label }) => (
            <Radio key={id} value={id} label={label} />
          ))}
          {myDomainAllowed && <Radio value={MY_DOMAIN} label="My Domain" />}
        </RadioGroup>
      </Field>
      {choice === MY_DOMAIN && (
        <Field
          label="My Domain host"
          required
          hint="For example acme.my.salesforce.com"
          {...(hostError === null ? {} : { validationState: 'error', validationMessage: hostError })}
        >
          <Input
            ref={hostField}
            value={host}
            onChange={(_event, data) => onHost(data.value)}
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={255}
          />
        </Field>
      )}
    </>
  );
}
