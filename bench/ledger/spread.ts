/** Some measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** The median of some measurements and how far they lie apart. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, greatest: sorted.at(-1) ?? Number.NaN };
}

/** What some work took. */
export interface Effort {
  /** Milliseconds on the clock. */
  readonly wall: number;
  /** Milliseconds of processor, all threads together: what another process on the machine disturbs less. */
  readonly cpu: number;
}

/** Does some work and measures it. */
export async function effortOf(work: () => Promise<unknown>): Promise<Effort> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - begun, cpu: (user + system) / 1000 };
}
