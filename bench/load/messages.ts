/** What the bench of the load says to the product's process and to the simulators'. */
import type { Config } from '../../src/server/config.ts';
import type { Reading } from '../meters.ts';

export type ProductOrder =
  | { readonly do: 'open'; readonly config: Config }
  /** Make users, connections and mailboxes, by the product's own functions, waiting for their first run. */
  | {
      readonly do: 'seed';
      readonly people: number;
      readonly salesforceUrl: string;
      readonly ewsUrl: string;
    }
  | { readonly do: 'work' }
  /** Move time ahead, then make every mailbox due. */
  | { readonly do: 'due'; readonly aheadMs: number }
  | { readonly do: 'reset' }
  | { readonly do: 'read' };

export interface ProductAnswer {
  readonly reading?: Reading;
}

export type SimulatorsOrder =
  | {
      readonly do: 'open';
      readonly people: number;
      readonly seed: number;
      readonly redirectUris: readonly string[];
      readonly tls: { readonly key: string; readonly cert: string };
    }
  | { readonly do: 'fill' }
  | { readonly do: 'latency'; readonly ms: number }
  | { readonly do: 'leap'; readonly ms: number }
  /** One mailbox in so many has new mail and changes on both sides. */
  | { readonly do: 'change'; readonly oneIn: number }
  | { readonly do: 'reset' }
  | { readonly do: 'read' };

/** How the services are reached. */
export interface Origins {
  readonly exchange: string;
  readonly office365: string;
  readonly google: string;
  readonly salesforce: string;
}

export interface SimulatorsAnswer {
  readonly origins?: Origins;
  /** Things that were changed. */
  readonly changed?: number;
  /** Requests since the last reset. */
  readonly requests?: Origins extends infer Keys ? { readonly [Key in keyof Keys]: number } : never;
  readonly bytes?: number;
}
