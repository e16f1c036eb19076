/** Reads the header *References* of a mail (RFC 5322, 3.6.4), leniently, with a stated maximum. */

/** The ids of a References header, oldest first; one without brackets counts when it is the only thing there. */
export function readReferences(header: string | null): readonly string[] {
  if (header === null) return [];
  const ids = header.match(/<[^<>\s]+>/g);
  return (ids ?? header.split(/\s+/).filter((word) => word.includes('@'))).slice(0, REFERENCES_MAX);
}

const REFERENCES_MAX = 200;
