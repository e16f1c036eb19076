/** The ☰ menu: *Set up sync* (later *Sync settings*), *Sync now*, *Log out*. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
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
import type { StartSync } from './status/use-start-sync.ts';

/** The button and its menu; every item also has its place on a page. */
export function AppMenu(props: {
  readonly mailbox: MailboxView | null;
  readonly user: SignedInSession['user'];
  readonly onSetUp: () => void;
  readonly sync: StartSync;
}) {
  const { mailbox, user, onSetUp, sync } = props;
  const [location, goTo] = useLocation();
  const logOut = useLogOut();
  const activated = isActivated(mailbox);
  return (
    <Menu inline>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" aria-label="Menu" icon={<Icon name="menu" />} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {location !== '/' && (
            <MenuItem icon={<Icon name="back" />} onClick={() => goTo('/')}>
              Status
            </MenuItem>
          )}
          {activated ? (
            <MenuItem icon={<Icon name="settings" />} onClick={() => goTo('/settings')}>
              Sync settings
            </MenuItem>
          ) : (
            <MenuItem icon={<Icon name="link" />} onClick={onSetUp}>
              Set up sync
            </MenuItem>
          )}
          <MenuItem
            icon={<Icon name="busy" />}
            disabled={sync.hindrance !== null}
            subText={sync.hindrance}
            onClick={() => {
              goTo('/');
              sync.start();
            }}
          >
            Sync now
          </MenuItem>
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
