/** An HTTP status as a number or its text, 100 to 599; null for `-`, 0 and the like. */
export function httpStatus(value: unknown): number | null {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}
