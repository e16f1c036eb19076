/** The ☰ menu: *Set up sync* (later *Sync settings*), *Pause* or *Resume*, *Sync now*, *Help*, *Log out*. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { MailboxView } from '../../api-schema/mailbox.ts';
import { useLogOut } from '../shared/changes.ts';
import { Icon } from '../shared/icons.tsx';
import type { SignedInSession } from '../shared/signed-in-user.ts';
import { isActivated } from './activation/activation-need.ts';
import css from './app-menu.module.css';
import { mayPause, mayResume } from './life/may-change.ts';
import type { StartSync } from './status/use-start-sync.ts';
import { useDialogs } from './use-dialogs.ts';

/** The console may not be framed: beside a mail client it opens in a window of its own. */
function elsewhere() {
  return window.parent === window ? {} : { target: '_blank', rel: 'noreferrer' };
}

/** The button and its menu; every item also has its place on a page. */
export function AppMenu(props: {
  readonly mailbox: MailboxView | null;
  readonly user: SignedInSession['user'];
  readonly sync: StartSync;
}) {
  const { mailbox, user, sync } = props;
  const [location, goTo] = useLocation();
  const openDialog = useDialogs();
  const logOut = useLogOut();
  return (
    <Menu inline>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" aria-label="Menu" icon={<Icon name="menu" />} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {location !== '/' && (
            <MenuItem icon={<Icon name="back" />} onClick={() => goTo('/')}>
              Sidebar
            </MenuItem>
          )}
          <SetUpItems mailbox={mailbox} />
          {mayPause(mailbox) && (
            <MenuItem icon={<Icon name="pause" />} onClick={() => openDialog({ name: 'pause' })}>
              Pause
            </MenuItem>
          )}
          {mayResume(mailbox) && (
            <MenuItem icon={<Icon name="resume" />} onClick={() => openDialog({ name: 'resume' })}>
              Resume
            </MenuItem>
          )}
          <MenuItem
            icon={<Icon name="busy" />}
            disabled={sync.hindrance !== null}
            subText={sync.hindrance}
            onClick={sync.start}
          >
            Sync now
          </MenuItem>
          <MenuItem icon={<Icon name="help" />} onClick={() => goTo('/help')}>
            Help
          </MenuItem>
          {user.role !== 'user' && (
            <MenuItemLink icon={<Icon name="people" />} href="/admin" {...elsewhere()}>
              Admin console
            </MenuItemLink>
          )}
          <MenuDivider />
          <MenuItem
            icon={<Icon name="leave" />}
            subText={<span className={css.user}>{user.username}</span>}
            onClick={() => logOut.mutate()}
          >
            Log out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Re-activation is always at hand, also while nothing is wrong (A6). */
function SetUpItems({ mailbox }: { readonly mailbox: MailboxView | null }) {
  const [, goTo] = useLocation();
  const openDialog = useDialogs();
  if (!isActivated(mailbox)) {
    return (
      <MenuItem
        icon={<Icon name="link" />}
        onClick={() => openDialog({ name: 'activation', intent: 'activate' })}
      >
        Set up sync
      </MenuItem>
    );
  }
  return (
    <>
      <MenuItem icon={<Icon name="settings" />} onClick={() => goTo('/settings')}>
        Sync settings
      </MenuItem>
      <MenuItem
        icon={<Icon name="link" />}
        onClick={() => openDialog({ name: 'activation', intent: 'refresh' })}
      >
        Connect again
      </MenuItem>
    </>
  );
}
