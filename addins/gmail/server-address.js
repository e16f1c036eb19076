/**
 * The address of the Lockstep that the sidebar is loaded from: the one of the options, else the one that the extension was written for.
 */

/**
 * The origin of an address that may be used; null for any other. Plain http is taken to this machine only.
 *
 * @param {unknown} text
 * @returns {string | null}
 */
function readServerAddress(text) {
  if (typeof text !== 'string' || !URL.canParse(text.trim())) return null;
  const { protocol, hostname, origin, username, password } = new URL(text.trim());
  if (username !== '' || password !== '') return null;
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return protocol === 'https:' || (protocol === 'http:' && isHere) ? origin : null;
}

/**
 * The address in use; null where none was given yet.
 *
 * @returns {Promise<string | null>}
 */
// biome-ignore lint/correctness/noUnusedVariables: the scripts after this one call it
async function serverAddress() {
  const { server } = await chrome.storage.sync.get('server');
  return readServerAddress(server) ?? readServerAddress(LOCKSTEP_URL);
}
