/** Fluent's two themes with the system's own font, so that nothing is fetched; chosen by what the reader's system prefers. */
import { type Theme, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { useMedia } from './use-media.ts';

/** Light or dark, following the system while the page is open. */
export function useSystemTheme(): Theme {
  return useMedia('(prefers-color-scheme: dark)') ? webDarkTheme : webLightTheme;
}
