/**
 * One connection to PostgreSQL for all worlds of a lane, at half the price: begin and scope travel with the first statement, statements stay
 * prepared, and a commit, which nobody else is there to see, travels with the next transaction. A world's processes take turns with transactions, so
 * one connection proves what many would. Whoever comes beside an open transaction stands in line.
 */
import type { Writable } from 'node:stream';
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { createTestDatabase } from '../support/postgres.ts';

export interface Lane extends AsyncDisposable {
  readonly db: Database;
}

/** A database of its own and one session on it, as the product's own role. */
export async function openLane(): Promise<Lane> {
  const database = await createTestDatabase({ poolMax: 1 });
  const client = new pg.Client({ connectionString: database.url, pipeline: true });
  await client.connect();
  const session = new Session(client);
  const pool = { connect: () => session.begin() } as unknown as Database['pool'];
  return {
    db: { pool, close: () => Promise.resolve() },
    async [Symbol.asyncDispose]() {
      await client.end();
      await database.drop();
    },
  };
}

type Result = Pick<pg.QueryResult, 'rows' | 'rowCount' | 'command'>;

/** How every transaction starts: its beginning and its scope in one message. */
const BEGIN = 'begin; ';

class Session {
  readonly #client: pg.Client;
  /** Text to name: a statement is parsed and planned once. */
  readonly #names = new Map<string, string>();
  /** What goes out before the next statement, in one message with it. */
  #unsent: string[] = [];
  #line: (() => void)[] = [];
  #isOpen = false;
  #hasBegun = false;
  #hasFailed = false;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Looks like a client of a pool, as far as `store/database.ts` uses one. */
  async begin(): Promise<unknown> {
    if (this.#isOpen) await new Promise<void>((next) => this.#line.push(next));
    this.#isOpen = true;
    return {
      query: (text: string, values: unknown[] = []) => this.#query(text, values),
      on: () => undefined,
      off: () => undefined,
      release: () => {
        const next = this.#line.shift();
        if (next === undefined) this.#isOpen = false;
        else next();
      },
    };
  }

  async #query(text: string, values: unknown[]): Promise<Result> {
    if (text.startsWith(BEGIN)) {
      this.#hasBegun = false;
      this.#hasFailed = false;
      return this.#later(text);
    }
    if (text === 'commit' || text === 'rollback') return this.#end(text);
    this.#hasBegun = true;
    // One packet for both: what a packet costs is most of what a small statement costs.
    const { stream } = this.#client.connection as unknown as { readonly stream: Writable };
    stream.cork();
    this.#sendUnsent();
    const answer = this.#client.query({ name: this.#nameOf(text), text, values });
    stream.uncork();
    try {
      return await answer;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #end(text: 'commit' | 'rollback'): Promise<Result> {
    if (!this.#hasBegun) {
      const begun = this.#unsent.findLastIndex((one) => one.startsWith(BEGIN));
      if (begun >= 0) this.#unsent.length = begun;
      return { rows: [], rowCount: 0, command: text.toUpperCase() };
    }
    this.#hasBegun = false;
    // After a failed statement PostgreSQL answers a commit with a rollback: that must be seen.
    if (text === 'rollback' || this.#hasFailed) return await this.#client.query(text);
    return this.#later('commit');
  }

  #later(text: string): Result {
    this.#unsent.push(text);
    return { rows: [], rowCount: 0, command: text.toUpperCase() };
  }

  #sendUnsent(): void {
    if (this.#unsent.length === 0) return;
    // Nothing in it can fail: no constraint of ours is deferred. If it does all the same, the process ends with it.
    void this.#client.query(this.#unsent.join('; '));
    this.#unsent = [];
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
