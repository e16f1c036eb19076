/** not yet */
export interface EmbeddedOptions {
  readonly folder: string;
  /** True unless told; false only for tests. */
  readonly fsync?: boolean;
  readonly port?: number;
}
export interface Embedded {
  /** For the product: owner of the database, bound by row-level security. */
  readonly url: string;
  /** For tests and repair: a superuser. */
  readonly adminUrl: string;
  /** Whether another process owns the server and this one only uses it. */
  readonly attached: boolean;
  stop(): Promise<void>;
}
export function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  throw new Error(`not yet: ${options.folder}`);
}
