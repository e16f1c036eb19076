/**
 * The place of the sidebar: a frame at the right edge beside Gmail, which gets narrower by as much, and a handle that hides and shows it. Whether it
 * is shown is remembered.
 */

/**
 * Puts the frame of `server` beside the page.
 *
 * @param {Document} page
 * @param {string} server
 * @param {boolean} shown
 * @param {(shown: boolean) => void} onToggle
 * @returns {HTMLIFrameElement}
 */
// biome-ignore lint/correctness/noUnusedVariables: content.js calls it
function dockSidebar(page, server, shown, onToggle) {
  const dock = page.createElement('aside');
  dock.id = 'lockstep-dock';
  dock.setAttribute('aria-label', 'Lockstep');
  const handle = page.createElement('button');
  handle.type = 'button';
  handle.className = 'lockstep-handle';
  const frame = page.createElement('iframe');
  frame.title = 'Lockstep';
  frame.src = `${server}/?host=gmail`;
  frame.referrerPolicy = 'no-referrer';
  /** @param {boolean} now */
  const show = (now) => {
    page.documentElement.classList.toggle('lockstep-shown', now);
    page.documentElement.classList.toggle('lockstep-hidden', !now);
    handle.setAttribute('aria-expanded', String(now));
    handle.setAttribute('aria-label', now ? 'Hide Lockstep' : 'Show Lockstep');
    handle.title = now ? 'Hide Lockstep' : 'Show Lockstep';
    handle.textContent = now ? '›' : '‹';
    frame.hidden = !now;
    // Gmail lays its page out by the window's width.
    window.dispatchEvent(new Event('resize'));
  };
  let isShown = shown;
  handle.addEventListener('click', () => {
    isShown = !isShown;
    show(isShown);
    onToggle(isShown);
  });
  dock.append(handle, frame);
  page.documentElement.append(dock);
  show(isShown);
  return frame;
}
