/** What a statement may be called where its text may not stand: its verb and the table that it is about, `update runs`. Names of the schema, never a value. */

const shapes: readonly (readonly [RegExp, string])[] = [
  [/\binsert into (\w+)/, 'insert'],
  // Not of `for update`, `for no key update`, `do update`.
  [/(?<!\b(?:for|key|do)\s)\bupdate (\w+)/, 'update'],
  [/\bdelete from (\w+)/, 'delete'],
  [/\bfrom (\w+)/, 'select'],
];

/** `select` alone where no table is named. What writes is called by what it writes, however much it reads. */
export function nameStatement(text: string): string {
  for (const [shape, verb] of shapes) {
    const table = shape.exec(text)?.[1];
    if (table !== undefined) return `${verb} ${table}`;
  }
  return 'select';
}
