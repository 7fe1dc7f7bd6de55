const FIRST_BYTES = 64 * 1024;
/** Kept for the next record; what one large record needed beyond is given back. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** Most bytes of UTF-8 that one UTF-16 code unit takes. */
const BYTES_PER_UNIT = 3;
const LINE_END = 0x0a;

/**
 * The lines of one record as they go into the answer, in one buffer that is used again for every record: the texts of
 * thousands of lines never live at once, which a garbage collector would have to copy.
 */
export class NdjsonBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** Begins another record. */
  reset(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** Adds a line and its end. */
  add(line: string): void {
    this.#reserve(line.length * BYTES_PER_UNIT + 1);
    this.#length += this.#bytes.write(line, this.#length);
    this.#bytes[this.#length] = LINE_END;
    this.#length += 1;
  }

  /** Bytes written since {@link reset}. */
  get length(): number {
    return this.#length;
  }

  /** What was written, as the answer carries it. */
  toBase64(): string {
    return this.#bytes.toString('base64', 0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
