/** The page of docs that shows every state of the pages: a table, a line for each state, a column for each view. */
import type { View } from './browser.ts';
import type { PageState } from './page-acts.ts';

const WIDTHS: Readonly<Record<number, number>> = { 320: 160, 1280: 320 };

/** Markdown; `nameOf` gives the file of a picture in docs/images/pages. */
export function listPictures(
  states: readonly PageState[],
  nameOf: (state: PageState, view: View) => string,
  views: readonly View[],
): string {
  const heads = views.map(({ width, colorScheme }) => `${width} px, ${colorScheme}`);
  const lines = states.map((state) => {
    const pictures = views.map((view) => {
      const alt = `${state.name}, ${view.width} px, ${view.colorScheme}`;
      return `<img alt="${alt}" width="${WIDTHS[view.width]}" src="images/pages/${nameOf(state, view)}">`;
    });
    return `| ${[state.name.replaceAll('-', ' '), ...pictures].join(' | ')} |`;
  });
  return [
    '# Pages',
    '',
    'Every state of the pages, as a person sees it in a task pane and in a wide window, light and dark. The pictures are made from made-up answers by',
    '`npx vite build && node test/support/screenshots.ts all`; the same states are looked at by axe-core in `test/e2e/accessibility*.test.ts`.',
    '',
    `| state | ${heads.join(' | ')} |`,
    `| ${Array.from({ length: views.length + 1 }, () => '---').join(' | ')} |`,
    ...lines,
    '',
  ].join('\n');
}
