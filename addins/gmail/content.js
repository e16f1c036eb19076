/**
 * Beside Gmail: docks the sidebar once the page knows whose account it is, and tells the sidebar's frame the mailbox and the open mail whenever they
 * change. It tells them to the frame of the installation alone, and takes from it nothing but that it is ready.
 */

/** Gmail changes its page all the time; it is looked at again at most so often. */
const LOOK_MS = 300;

/**
 * @param {HTMLIFrameElement} frame
 * @param {string} server
 */
function keepTelling(frame, server) {
  let told = '';
  let isReady = false;
  const tell = () => {
    if (!isReady) return;
    const news = {
      source: 'lockstep-extension',
      address: readAccount(document),
      mail: readOpenMail(document),
    };
    const text = JSON.stringify(news);
    if (text === told) return;
    told = text;
    frame.contentWindow?.postMessage(news, server);
  };
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== server || source !== frame.contentWindow) return;
    if (data?.source !== 'lockstep-sidebar' || data?.kind !== 'ready') return;
    isReady = true;
    told = '';
    tell();
  });
  let isWaiting = false;
  const look = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      tell();
    }, LOOK_MS);
  };
  window.addEventListener('hashchange', look);
  const observed = {
    subtree: true,
    childList: true,
    attributeFilter: ['data-message-id', 'data-legacy-message-id'],
  };
  new MutationObserver(look).observe(document.documentElement, observed);
}

async function start() {
  // Gmail frames pages of its own; the sidebar stands beside the outermost.
  if (window.top !== window) return;
  const server = await serverAddress();
  if (server === null) return;
  const { shown } = await chrome.storage.sync.get('shown');
  const frame = dockSidebar(document, server, shown !== false, (now) => {
    void chrome.storage.sync.set({ shown: now });
  });
  keepTelling(frame, server);
}

void start();
