import type { Chunk } from './Chunk.js';

interface Entry {
  readonly chunk: Chunk;
  readonly serial: number;
}

/** Chunks on their way, handed out by arrival, then by the order they were sent in. A binary heap. */
export class ArrivalQueue {
  readonly #heap: Entry[] = [];
  #serial = 0;
  #bytes = 0;

  /** Bytes of the chunks on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sends a chunk on its way. */
  push(chunk: Chunk): void {
    const heap = this.#heap;
    heap.push({ chunk, serial: this.#serial });
    this.#serial += 1;
    this.#bytes += chunk.data.length;
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  /** The next chunk that arrives before an instant, or undefined. */
  popBefore(instant: number): Chunk | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.chunk.arrival >= instant) return undefined;
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      this.#sink();
    }
    this.#bytes -= first.chunk.data.length;
    return first.chunk;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const least = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (least >= this.#heap.length || !this.#swapIfBefore(least, at)) return;
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined) return false;
    const gap = first.chunk.arrival - second.chunk.arrival;
    return gap < 0 || (gap === 0 && first.serial < second.serial);
  }

  #swapIfBefore(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined || !this.#isBefore(a, b)) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }
}
