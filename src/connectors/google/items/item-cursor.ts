/** Cursors of the streams of items as compact text with a prefix. One that cannot be read (an older form, damage) counts as none. */
import type { z } from 'zod';
import type { Cursor } from '../../../model/connector.ts';

export interface CursorForm<Mark> {
  write(mark: Mark): Cursor;
  /** Null for what is no cursor of this form. */
  read(cursor: Cursor): Mark | null;
}

export function cursorForm<Mark>(prefix: string, schema: z.ZodType<Mark>): CursorForm<Mark> {
  return {
    write: (mark) => prefix + JSON.stringify(mark),
    read(cursor) {
      if (!cursor.startsWith(prefix)) return null;
      try {
        return schema.parse(JSON.parse(cursor.slice(prefix.length)));
      } catch {
        return null;
      }
    },
  };
}
