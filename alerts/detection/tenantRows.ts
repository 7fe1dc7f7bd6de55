/** Tenants read at a time: few enough that what is read and what is written both stay in the processor's cache. */
const BLOCK = 64;

/**
 * Reads windows × tenants by tenant: calls `visit` for each with its finite values, oldest first, from place `from` up to `to` of
 * a buffer that is the visitor's until it returns.
 */
export function eachTenantRow(
  windows: readonly Float64Array[],
  tenants: number,
  visit: (tenant: number, values: Float64Array, from: number, to: number) => void,
): void {
  const width = windows.length;
  const buffer = new Float64Array(BLOCK * width);
  const ends = new Int32Array(BLOCK);
  for (let first = 0; first < tenants; first += BLOCK) {
    const count = Math.min(BLOCK, tenants - first);
    for (let row = 0; row < count; row += 1) ends[row] = row * width;
    for (const window of windows) gather(window, first, count, buffer, ends);
    for (let row = 0; row < count; row += 1) visit(first + row, buffer, row * width, ends[row] ?? 0);
  }
}

function gather(window: Float64Array, first: number, count: number, buffer: Float64Array, ends: Int32Array): void {
  for (let row = 0; row < count; row += 1) {
    const value = window[first + row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const end = ends[row] ?? 0;
    buffer[end] = value;
    ends[row] = end + 1;
  }
}
