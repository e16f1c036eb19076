/** The console around every page: the bar at the top, the navigation, the page that the address names, and where news is told. */
import { Button } from '@fluentui/react-components';
import { Suspense, useEffect, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useLogOut } from '../../shared/changes.ts';
import { Icon } from '../../shared/icons.tsx';
import { Loading } from '../../shared/loading.tsx';
import { Logo } from '../../shared/logo.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { type ConsolePage, entryOf, pagesFor } from '../pages.ts';
import { News } from '../shared/news.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import css from './shell.module.css';

export function Shell() {
  const { user } = useSignedIn();
  const known = pagesFor(user.role);
  const [location] = useLocation();
  const [isOpen, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has gone somewhere is done with the menu.
  useEffect(() => setOpen(false), [location]);
  return (
    <News>
      <header className={css.header}>
        <Button
          className={css.fold ?? ''}
          appearance="subtle"
          aria-label="Navigation"
          aria-expanded={isOpen}
          aria-controls="navigation"
          icon={<Icon name="menu" />}
          onClick={() => setOpen(!isOpen)}
        />
        <Link href="/" className={css.name ?? ''}>
          <Logo />
          <span>
            Lockstep <span className={css.kind}>Admin console</span>
          </span>
        </Link>
        <Account />
      </header>
      <div className={css.frame}>
        <Navigation known={known} location={location} isOpen={isOpen} />
        <main className={css.main}>
          <Suspense fallback={<Loading label="Loading the page" lines={8} />}>
            <Switch>
              {known.map(({ path, page: Page }) => (
                <Route key={path} path={path}>
                  <Page />
                </Route>
              ))}
              <Route>
                <Nowhere />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
    </News>
  );
}

function Account() {
  const { user } = useSignedIn();
  const logOut = useLogOut();
  return (
    <div className={css.account}>
      <a href="/" className={css.own} title={user.username}>
        My own page
      </a>
      <Button
        appearance="subtle"
        size="small"
        aria-label={`Log out ${user.username}`}
        icon={<Icon name="leave" size={16} />}
        onClick={() => logOut.mutate()}
      />
    </div>
  );
}

/** At the side where there is room, below the bar and folded where there is not. */
function Navigation(props: {
  readonly known: readonly ConsolePage[];
  readonly location: string;
  readonly isOpen: boolean;
}) {
  const { known, location, isOpen } = props;
  const current = entryOf(known, location);
  return (
    <nav id="navigation" aria-label="Console" className={`${css.navigation} ${isOpen ? css.open : ''}`}>
      <ul>
        {known
          .filter(({ title }) => title !== null)
          .map((entry) => (
            <li key={entry.path}>
              <Link
                href={entry.path}
                className={css.entry ?? ''}
                aria-current={entry === current ? 'page' : undefined}
              >
                {entry.title}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function Nowhere() {
  return (
    <PageFrame title="There is no such page">
      <p>
        The address leads nowhere, or to a page that is not for you.{' '}
        <Link href="/">Go to the first page</Link>.
      </p>
    </PageFrame>
  );
}
