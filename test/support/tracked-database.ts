/** A database during whose work a fake clock stands still, so that fake seconds never outrun real milliseconds. */
import type { Database } from '../../src/store/database.ts';
import type { FakeClock } from './fake-clock.ts';

export function trackedDatabase(inner: Database, clock: Pick<FakeClock, 'track'>): Database {
  const pool = Object.create(inner.pool) as typeof inner.pool;
  pool.connect = (() => {
    let free = () => {};
    void clock.track(
      new Promise<void>((resolve) => {
        free = resolve;
      }),
    );
    return inner.pool.connect().then(
      (client) => {
        const release = client.release.bind(client);
        client.release = (error) => {
          client.release = release;
          release(error);
          free();
        };
        return client;
      },
      (error: unknown) => {
        free();
        throw error;
      },
    );
  }) as typeof pool.connect;
  return { pool, close: inner.close };
}
