/** Numbers of lines, kept as ranges: the lines of an error object that were put again are mostly all of them. */
export class LineRanges {
  readonly #lines: Set<number>;

  constructor(ranges: readonly (readonly [number, number])[] = []) {
    this.#lines = new Set(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)));
  }

  has(line: number): boolean {
    return this.#lines.has(line);
  }

  add(line: number): void {
    this.#lines.add(line);
  }

  /** First and last of each range, both in it, in order. */
  toRanges(): readonly (readonly [number, number])[] {
    const ranges: [number, number][] = [];
    for (const line of [...this.#lines].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === line - 1) last[1] = line;
      else ranges.push([line, line]);
    }
    return ranges;
  }
}
