/** *Sync settings*: what is saved by itself, how far back the first sync looks, and what is never saved. */
import { Button } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card } from '../../shared/card.tsx';
import { Icon } from '../../shared/icons.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useSettings } from '../../shared/queries.ts';
import css from './settings.module.css';
import { SettingsForm } from './settings-form.tsx';

/** Loading, not reached, or the form; and the mailbox with the way to connect it anew (A6). */
export function SettingsPage({
  mailbox,
  onConnect,
}: {
  readonly mailbox: MailboxView | null;
  readonly onConnect: () => void;
}) {
  const settings = useSettings();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = 'Sync settings · Lockstep';
    heading.current?.focus();
  }, []);
  return (
    <div className={css.page}>
      <Link href="/" className={css.back ?? ''}>
        <Icon name="back" size={16} /> Status
      </Link>
      <h1 ref={heading} tabIndex={-1} className={css.title}>
        Sync settings
      </h1>
      {mailbox !== null && (
        <Card title="Mailbox">
          <p>
            <BreakableText text={mailbox.address} /> ({mailbox.service})
          </p>
          <div>
            <Button onClick={onConnect}>Connect again</Button>
          </div>
        </Card>
      )}
      {settings.isPending && <Loading label="Loading settings" lines={8} />}
      {settings.error !== null && (
        <ProblemNotice problem={problemOf(settings.error)} onRetry={() => void settings.refetch()} />
      )}
      {settings.data !== undefined && <SettingsForm view={settings.data} />}
    </div>
  );
}
