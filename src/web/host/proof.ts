/**
 * What proves that a frame's window was opened by this frame: a verifier that never leaves the page, and its SHA-256 that goes ahead (as PKCE does,
 * RFC 7636). One at a time: a new one is made with every window.
 */
let verifier: string | null = null;

/** Makes a new verifier; its challenge goes with the address of the window. */
export async function makeChallenge(): Promise<string> {
  verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** The verifier of the last window; empty where none was opened. */
export function lastVerifier(): string {
  return verifier ?? '';
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
