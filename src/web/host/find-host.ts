/** Which host the page has. An entry of its own (an add-in's, a test's) leaves it in `window.lockstepHost` before the page starts. */
import { browserHost } from './browser-host.ts';
import type { Host } from './host.ts';

declare global {
  interface Window {
    lockstepHost?: Host | Promise<Host>;
  }
}

/** Never rejects: where a host cannot be reached, the page stands alone. */
export async function findHost(): Promise<Host> {
  try {
    return (await window.lockstepHost) ?? browserHost;
  } catch {
    return browserHost;
  }
}
