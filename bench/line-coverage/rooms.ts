/** Line coverage in words: a line per room of src and one for all of it, and the files that leave most lines unrun. */
import type { LineHits, Merged } from './line-hits.ts';

/** What a room must reach. */
export const AIM = 90;

export interface Room {
  readonly name: string;
  readonly files: number;
  readonly ran: number;
  readonly lines: number;
}

/** The rooms by name, and last the whole; a file of types alone holds no line that could run. */
export function countRooms(byFile: Merged['byFile']): readonly Room[] {
  const rooms = new Map<string, Room>();
  let all: Room = { name: 'src', files: 0, ran: 0, lines: 0 };
  for (const [file, hits] of byFile) {
    const name = file.split('/').slice(0, 2).join('/');
    rooms.set(name, withFile(rooms.get(name) ?? { ...all, name, files: 0, ran: 0, lines: 0 }, hits));
    all = withFile(all, hits);
  }
  return [...[...rooms.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), all];
}

function withFile(room: Room, hits: LineHits): Room {
  const { ran, lines } = countLines(hits);
  return { ...room, files: room.files + 1, ran: room.ran + ran, lines: room.lines + lines };
}

function countLines(hits: LineHits): { readonly ran: number; readonly lines: number } {
  const counts = Object.values(hits);
  return { ran: counts.filter((count) => count > 0).length, lines: counts.length };
}

/** One decimal, rounded down, so that 90.0 % is never less than it says. */
export const percent = ({ ran, lines }: Pick<Room, 'ran' | 'lines'>) =>
  lines === 0 ? '100.0' : (Math.floor((ran * 1_000) / lines) / 10).toFixed(1);

/** One line of a room, for a terminal. */
export const roomLine = (room: Room) =>
  `${room.name.padEnd(16)} ${percent(room).padStart(5)} %  ${room.ran} of ${room.lines} lines in ${room.files} files`;

/** The rooms as a table. */
export function roomTable(rooms: readonly Room[]): string {
  const rows = rooms.map(
    (room) => `| ${room.name} | ${room.files} | ${room.lines} | ${room.ran} | ${percent(room)} % |`,
  );
  return ['| room | files | lines | ran | line coverage |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

export interface Unrun {
  readonly file: string;
  readonly lines: readonly number[];
}

/** The files with most lines that no test runs. */
export function mostUnrun(byFile: Merged['byFile'], limit: number): readonly Unrun[] {
  return [...byFile]
    .map(([file, hits]) => ({
      file,
      lines: Object.keys(hits)
        .filter((line) => hits[line] === 0)
        .map(Number),
    }))
    .filter(({ lines }) => lines.length > 0)
    .sort((one, other) => other.lines.length - one.lines.length || (one.file < other.file ? -1 : 1))
    .slice(0, limit);
}
