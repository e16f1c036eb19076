/** not yet */
export interface Migrated {
  readonly applied: readonly string[];
}
export function migrate(url: string): Promise<Migrated> {
  throw new Error(`not yet ${url.length}`);
}
