/**
 * A small seeded generator (sfc32, Chris Doty-Humphrey, PractRand), so that the same seed gives the same bytes on every
 * machine. Only 32-bit integer steps and exact divisions by powers of two: nothing that rounds differently elsewhere.
 * Not for cryptography.
 */
export class Prng {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  /** `seed`: any safe integer; both of its 32-bit halves count. */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) | 0;
    for (let warmUp = 0; warmUp < 16; warmUp += 1) this.#step();
  }

  #step(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    this.#c |= 0;
    return result >>> 0;
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  next(): number {
    return this.#step() / 0x1_0000_0000;
  }

  /** A whole number in [0, below). */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items of a list that is not empty. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.int(items.length)] ?? items[0];
  }

  /** So many lower-case hex digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#step().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}
