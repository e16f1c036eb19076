/**
 * Binary heaps of small numbers over typed arrays, ordered by a key each: one for many things, or many in one block of memory. Nothing is
 * allocated while they are used.
 */

/** A heap of the numbers 0 to `capacity` - 1; each is in it once at most. */
export class IndexedHeap {
  readonly #items: Int32Array;
  readonly #places: Int32Array;
  readonly #keys: Float64Array;
  #size = 0;

  /** `keys` are the caller's: after a change of one, `update` puts things right. */
  constructor(keys: Float64Array) {
    this.#keys = keys;
    this.#items = new Int32Array(keys.length);
    this.#places = new Int32Array(keys.length).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** The one with the least key; -1 when empty. */
  head(): number {
    return this.#size === 0 ? -1 : (this.#items[0] as number);
  }

  has(item: number): boolean {
    return (this.#places[item] as number) >= 0;
  }

  /** Puts it in, or in its place again after its key has changed. */
  update(item: number): void {
    let place = this.#places[item] as number;
    if (place < 0) {
      place = this.#size;
      this.#size += 1;
      this.#items[place] = item;
      this.#places[item] = place;
    }
    this.#sink(this.#rise(place));
  }

  remove(item: number): void {
    const place = this.#places[item] as number;
    if (place < 0) return;
    this.#size -= 1;
    this.#places[item] = -1;
    if (place === this.#size) return;
    const last = this.#items[this.#size] as number;
    this.#items[place] = last;
    this.#places[last] = place;
    this.#sink(this.#rise(place));
  }

  #rise(from: number): number {
    const items = this.#items;
    const item = items[from] as number;
    const key = this.#keys[item] as number;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = items[above] as number;
      if ((this.#keys[other] as number) <= key) break;
      items[place] = other;
      this.#places[other] = place;
      place = above;
    }
    items[place] = item;
    this.#places[item] = place;
    return place;
  }

  #sink(from: number): void {
    const items = this.#items;
    const item = items[from] as number;
    const key = this.#keys[item] as number;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#size) break;
      if (
        below + 1 < this.#size &&
        (this.#keys[items[below + 1] as number] as number) < (this.#keys[items[below] as number] as number)
      )
        below += 1;
      const other = items[below] as number;
      if ((this.#keys[other] as number) >= key) break;
      items[place] = other;
      this.#places[other] = place;
      place = below;
    }
    items[place] = item;
    this.#places[item] = place;
  }
}

/** Many heaps in one block: each group of consecutive numbers has one. */
export class GroupedHeaps {
  readonly #items: Int32Array;
  readonly #places: Int32Array;
  readonly #sizes: Int32Array;
  readonly #starts: Int32Array;
  readonly #keys: Float64Array;

  /** `starts`: the first number of each group, and behind the last group the count of all. */
  constructor(keys: Float64Array, starts: Int32Array) {
    this.#keys = keys;
    this.#starts = starts;
    this.#items = new Int32Array(keys.length);
    this.#places = new Int32Array(keys.length).fill(-1);
    this.#sizes = new Int32Array(starts.length - 1);
  }

  /** The one of the group with the least key; -1 when empty. */
  head(group: number): number {
    return this.#sizes[group] === 0 ? -1 : (this.#items[this.#starts[group] as number] as number);
  }

  push(group: number, item: number): void {
    const place = this.#sizes[group] as number;
    this.#sizes[group] = place + 1;
    this.#rise(this.#starts[group] as number, place, item);
  }

  remove(group: number, item: number): boolean {
    const place = this.#places[item] as number;
    if (place < 0) return false;
    const start = this.#starts[group] as number;
    const size = (this.#sizes[group] as number) - 1;
    this.#sizes[group] = size;
    this.#places[item] = -1;
    if (place === size) return true;
    const last = this.#items[start + size] as number;
    this.#rise(start, this.#sink(start, size, place, last), last);
    return true;
  }

  #rise(start: number, from: number, item: number): void {
    const items = this.#items;
    const key = this.#keys[item] as number;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = items[start + above] as number;
      if ((this.#keys[other] as number) <= key) break;
      items[start + place] = other;
      this.#places[other] = place;
      place = above;
    }
    items[start + place] = item;
    this.#places[item] = place;
  }

  #sink(start: number, size: number, from: number, item: number): number {
    const items = this.#items;
    const key = this.#keys[item] as number;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= size) break;
      const left = items[start + below] as number;
      if (
        below + 1 < size &&
        (this.#keys[items[start + below + 1] as number] as number) < (this.#keys[left] as number)
      )
        below += 1;
      const other = items[start + below] as number;
      if ((this.#keys[other] as number) >= key) break;
      items[start + place] = other;
      this.#places[other] = place;
      place = below;
    }
    items[start + place] = item;
    this.#places[item] = place;
    return place;
  }
}
