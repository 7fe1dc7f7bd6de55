import { createHash } from 'node:crypto';

/** Words of 32 bits of a digest. */
export const DIGEST_WORDS = 4;
/** Of its places so many are taken at most, before it grows. */
const FULL = 0.6;

/**
 * Paths by the first 128 bits of their SHA-256, in 27 to 53 bytes each, however long they are: of a billion, that any two are taken
 * for the same has a chance of one in 10^20. Those that somebody else has can be marked.
 */
export class PathSet {
  #places = new Uint32Array(1024 * DIGEST_WORDS);
  #marks: Uint8Array | undefined;
  #size = 0;
  #marked = 0;

  get size(): number {
    return this.#size;
  }

  /** How many are not marked. */
  get unmarked(): number {
    return this.#size - this.#marked;
  }

  add(path: string): void {
    this.addDigests(digestOf(path));
  }

  /** Adds digests, one behind the other. */
  addDigests(digests: Uint32Array): void {
    if (this.#marks !== undefined) throw new Error('a path is added to a set that was marked');
    for (let at = 0; at < digests.length; at += DIGEST_WORDS) {
      if (this.#size + 1 > (this.#places.length / DIGEST_WORDS) * FULL) this.#grow();
      if (put(this.#places, digests, at)) this.#size += 1;
    }
  }

  has(path: string): boolean {
    const digest = digestOf(path);
    return isAt(this.#places, placeOf(this.#places, digest, 0), digest, 0);
  }

  /** Marks those of some digests that are here. */
  mark(digests: Uint32Array): void {
    this.#marks ??= new Uint8Array(this.#places.length / DIGEST_WORDS);
    for (let from = 0; from < digests.length; from += DIGEST_WORDS) {
      const at = placeOf(this.#places, digests, from);
      if (!isAt(this.#places, at, digests, from) || this.#marks[at / DIGEST_WORDS] === 1) continue;
      this.#marks[at / DIGEST_WORDS] = 1;
      this.#marked += 1;
    }
  }

  /** True of a path that is here and not marked. */
  isUnmarked(path: string): boolean {
    const digest = digestOf(path);
    const at = placeOf(this.#places, digest, 0);
    return isAt(this.#places, at, digest, 0) && this.#marks?.[at / DIGEST_WORDS] !== 1;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += DIGEST_WORDS) if (!isFree(old, at)) put(this.#places, old, at);
  }
}

/** The digest of a path. */
export function digestOf(path: string): Uint32Array {
  const bytes = createHash('sha256').update(path).digest();
  return Uint32Array.from({ length: DIGEST_WORDS }, (_, word) => bytes.readUInt32LE(word * 4));
}

/** The digests of paths, one behind the other. */
export function digestsOf(paths: readonly string[]): Uint32Array {
  const digests = new Uint32Array(paths.length * DIGEST_WORDS);
  for (const [at, path] of paths.entries()) digests.set(digestOf(path), at * DIGEST_WORDS);
  return digests;
}

/** Where a digest is, or would be. */
function placeOf(places: Uint32Array, digests: Uint32Array, from: number): number {
  const mask = places.length / DIGEST_WORDS - 1;
  let slot = (digests[from] ?? 0) & mask;
  for (;;) {
    const at = slot * DIGEST_WORDS;
    if (isFree(places, at) || isAt(places, at, digests, from)) return at;
    slot = (slot + 1) & mask;
  }
}

/** False when it is there. */
function put(places: Uint32Array, digests: Uint32Array, from: number): boolean {
  const at = placeOf(places, digests, from);
  if (isAt(places, at, digests, from)) return false;
  places.set(digests.subarray(from, from + DIGEST_WORDS), at);
  return true;
}

function isAt(places: Uint32Array, at: number, digests: Uint32Array, from: number): boolean {
  for (let word = 0; word < DIGEST_WORDS; word += 1) if (places[at + word] !== digests[from + word]) return false;
  return true;
}

/** No path has a digest of nothing but zeros. */
function isFree(places: Uint32Array, at: number): boolean {
  return places[at] === 0 && places[at + 1] === 0 && places[at + 2] === 0 && places[at + 3] === 0;
}
