/**
 * Makes a browser's picture of a page small: few colours, the rarer ones put to their nearest (PNG, W3C Recommendation, colour type 3). It reads
 * the PNGs that Chromium writes (8 bits, RGB or RGBA, not interlaced) and leaves any other as it is.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const COLOURS_MAX = 64;
/** Colours nearer to each other than this (sum of squares) count as one: greys sooner told apart than the many shades at the edge of a full colour. */
const NEAR = 30;
const NEAR_OF_FULL = 600;
/** How much more a full colour counts than a grey: few pixels of an icon's colour say more than many of a letter's edge. */
const COLOUR_WEIGHT = 30;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** One number per pixel, 0xRRGGBB; transparency is not expected in a page. */
  readonly pixels: Uint32Array;
}

export function shrinkPng(png: Buffer): Buffer {
  const picture = decode(png);
  if (picture === null) return png;
  const small = encode(picture);
  return small.length < png.length ? small : png;
}

function decode(png: Buffer): Picture | null {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, type, , , interlaced] = png.subarray(24, 29);
  const size = type === 6 ? 4 : type === 2 ? 3 : 0;
  if (depth !== 8 || size === 0 || interlaced !== 0) return null;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = unfilter(inflateSync(Buffer.concat(data)), width * size, height, size);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = raw.readUIntBE(index * size, 3);
  return { width, height, pixels };
}

/** Undoes the filter of each line (section 9.2): every byte was stored as the difference to what its neighbours foretell. */
function unfilter(lines: Buffer, lineBytes: number, height: number, size: number): Buffer {
  const out = Buffer.alloc(lineBytes * height);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (lineBytes + 1)] ?? 0;
    for (let x = 0; x < lineBytes; x += 1) {
      const at = y * lineBytes + x;
      const left = x < size ? 0 : (out[at - size] ?? 0);
      const up = y === 0 ? 0 : (out[at - lineBytes] ?? 0);
      const corner = x < size || y === 0 ? 0 : (out[at - lineBytes - size] ?? 0);
      const stored = lines[y * (lineBytes + 1) + 1 + x] ?? 0;
      out[at] = stored + foretell(filter, left, up, corner);
    }
  }
  return out;
}

function foretell(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function encode({ width, height, pixels }: Picture): Buffer {
  const { palette, indexOf } = choosePalette(pixels);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines[y * (width + 1) + 1 + x] = indexOf(pixels[y * width + x] ?? 0);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, index) => {
    colours.writeUIntBE(colour, index * 3, 3);
  });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The most frequent colours that differ; every other one goes to the nearest of them. */
function choosePalette(pixels: Uint32Array) {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette: number[] = [];
  for (const [colour] of [...counts].toSorted((a, b) => weightOf(b) - weightOf(a))) {
    if (palette.length === COLOURS_MAX) break;
    const near = NEAR + fullnessOf(colour) * NEAR_OF_FULL;
    if (palette.every((chosen) => distance(chosen, colour) >= near)) palette.push(colour);
  }
  const indexes = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const known = indexes.get(colour);
    if (known !== undefined) return known;
    let nearest = 0;
    for (let index = 1; index < palette.length; index += 1) {
      if (distance(palette[index] ?? 0, colour) < distance(palette[nearest] ?? 0, colour)) nearest = index;
    }
    indexes.set(colour, nearest);
    return nearest;
  };
  return { palette, indexOf };
}

function weightOf([colour, count]: readonly [number, number]): number {
  return count * (1 + fullnessOf(colour) * COLOUR_WEIGHT);
}

/** From 0, a grey, to 1. */
function fullnessOf(colour: number): number {
  const channels = [16, 8, 0].map((shift) => (colour >> shift) & 0xff);
  return (Math.max(...channels) - Math.min(...channels)) / 255;
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => {
    const difference = ((one >> shift) & 0xff) - ((other >> shift) & 0xff);
    return sum + difference * difference;
  }, 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
