/** The options: which Lockstep the sidebar is loaded from. Nothing is saved that could not be one. */

const form = document.querySelector('form');
const field = document.querySelector('input');
const said = document.querySelector('#said');

/** @param {string} text */
function say(text) {
  if (said !== null) said.textContent = text;
}

if (field !== null)
  void serverAddress().then((address) => {
    field.value = address ?? '';
  });

form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const address = readServerAddress(field?.value ?? '');
  if (address === null) {
    say('Enter an address that begins with https://, such as https://lockstep.acme.com.');
    field?.focus();
    return;
  }
  await chrome.storage.sync.set({ server: address });
  say('Saved. Load Gmail again to see it.');
});
