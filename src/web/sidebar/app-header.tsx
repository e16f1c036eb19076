/** The bar at the top: ☰ menu at the upper left, the product's name, and in one word how sync stands. */
import { Button } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import type { MailboxView } from '../../api-schema/mailbox.ts';
import { Icon } from '../shared/icons.tsx';
import { Logo } from '../shared/logo.tsx';
import type { SignedInSession } from '../shared/signed-in-user.ts';
import css from './app-header.module.css';
import { stateWord } from './state-word.ts';
import type { StartSync } from './status/use-start-sync.ts';

const AppMenu = lazy(async () => ({ default: (await import('./app-menu.tsx')).AppMenu }));

/** Present on every signed-in page. The menu's code arrives a moment after the page. */
export function AppHeader(props: {
  readonly mailbox: MailboxView | null;
  readonly user: SignedInSession['user'];
  readonly sync: StartSync;
}) {
  const { mailbox, user, sync } = props;
  const state = stateWord(mailbox);
  const waiting = <Button appearance="subtle" disabled aria-label="Menu" icon={<Icon name="menu" />} />;
  return (
    <header className={css.header}>
      <Suspense fallback={waiting}>
        <AppMenu mailbox={mailbox} user={user} sync={sync} />
      </Suspense>
      <Link href="/" className={css.name ?? ''}>
        <Logo />
        Lockstep
      </Link>
      <span className={`${css.state} ${css[state.tone]}`}>
        <Icon name={state.tone} size={16} />
        <span className={css.word}>{state.word}</span>
      </span>
    </header>
  );
}
