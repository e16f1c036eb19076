/**
 * The line of a connection: statements that are asked for in one turn of the event loop leave in one message and are answered together, and each kind is
 * parsed by the server once. What a message costs, on both sides, is most of what a small statement costs.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
import { nextTick } from 'node:process';
import pg from 'pg';

export interface StatementLine {
  /** One simple message, such as `commit`. */
  command(text: string): Promise<pg.QueryResult>;
  statement(text: string, values: readonly unknown[]): Promise<pg.QueryResult>;
}

/** What the driver writes to: a socket, or TLS over one. */
interface Outlet {
  cork(): void;
  uncork(): void;
}

/** The driver's own statement, with what its types leave out. */
type NamedQuery = pg.Query & {
  name?: string;
  callback?: (error: Error | null, result: pg.QueryResult) => void;
};

/** Kinds of statements that have a name on every connection; those with texts of their own, such as filtered lists, must not fill its memory. */
const NAMES_MAX = 600;
const names = new Map<string, string>();

/** The line of a connection whose driver was opened with `pipeline`; without an outlet (a stand-in of a test) statements go one by one. */
export function lineOf(client: pg.ClientBase): StatementLine {
  const { connection } = client as unknown as { readonly connection?: { readonly stream?: Outlet } };
  const outlet = connection?.stream;
  let isCorked = false;
  const together = () => {
    if (outlet === undefined || isCorked) return;
    isCorked = true;
    outlet.cork();
    nextTick(() => {
      isCorked = false;
      outlet.uncork();
    });
  };
  return {
    command(text) {
      together();
      return client.query(text);
    },
    statement(text, values) {
      together();
      const name = values.length === 0 || outlet === undefined ? undefined : nameOf(text);
      if (name === undefined) return client.query(text, [...values]);
      // The driver would copy an object that names the statement, property by property.
      const query = new pg.Query<pg.QueryResult, unknown[]>(text, [...values]) as NamedQuery;
      query.name = name;
      return new Promise((resolve, reject) => {
        query.callback = (error, result) => (error == null ? resolve(result) : reject(error));
        client.query(query);
      });
    },
  };
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= NAMES_MAX) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
