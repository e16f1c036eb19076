/** Which mail service has the mailbox. Only services that are offered here can be chosen. */
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { RefObject } from 'react';
import type { MailServiceView } from '../../../api-schema/mailbox.ts';
import css from './activation.module.css';

/** A group of radio buttons; `start` gets the chosen one, for the focus. */
export function ServiceChoice(props: {
  readonly services: readonly MailServiceView[];
  readonly chosen: string;
  readonly onChoose: (service: string) => void;
  readonly start: RefObject<HTMLInputElement | null>;
}) {
  const { services, chosen, onChoose, start } = props;
  return (
    <Field label="Where is your mailbox?">
      <RadioGroup
        className={css.services ?? ''}
        layout="horizontal"
        value={chosen}
        onChange={(_event, data) => onChoose(data.value)}
      >
        {services.map(({ service, displayName }) => (
          <Radio
            key={service}
            value={service}
            label={displayName}
            ref={(input: HTMLInputElement | null) => {
              if (service === chosen) start.current = input;
            }}
          />
        ))}
      </RadioGroup>
    </Field>
  );
}
