/** Which dialog stands over the pages, asked for from anywhere: menu, sidebar and settings ask alike. What is in a dialog lies with it. */
import { createContext, useContext } from 'react';

/** Why a mailbox is connected: for the first time or as it comes, the same one anew, or another one in its place (A9). */
export type ConnectIntent = 'activate' | 'refresh' | 'change';

export type DialogName =
  | { readonly name: 'activation'; readonly intent: ConnectIntent }
  | { readonly name: 'pause' }
  | { readonly name: 'resume' }
  | { readonly name: 'deactivate' };

export const DialogsContext = createContext<(dialog: DialogName) => void>(() => undefined);

/** Opens a dialog over the page. */
export function useDialogs(): (dialog: DialogName) => void {
  return useContext(DialogsContext);
}
