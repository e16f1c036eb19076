/**
 * What a simulator knows of the connection a call came over, and how it says that the connection breaks.
 * Shared by the in-process way (no connection at all) and by the served way (a TCP socket).
 */

/** Given with each call. `connection` is one object per TCP connection (its identity is all it has); absent in process. */
export interface CallContext {
  readonly connection?: object;
  /** Whether the call came over TLS. */
  readonly secure?: boolean;
}

/** A simulator as one function. It rejects with `DroppedConnection` when the caller must see the connection break. */
export type Handler = (request: Request, context: CallContext) => Promise<Response>;

/** Thrown by a handler whose caller gets no answer but a broken connection. */
export class DroppedConnection extends Error {
  constructor() {
    super('the simulated connection was dropped');
    this.name = 'DroppedConnection';
  }
}

/** `handler` as a `fetch`: without connection identity, a drop being the error undici gives for a reset connection. */
export function asFetch(handler: Handler): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await handler(request, {});
    } catch (error) {
      if (!(error instanceof DroppedConnection)) throw error;
      const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      throw new TypeError('fetch failed', { cause });
    }
  };
}
