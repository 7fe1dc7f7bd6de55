/** One comparison: what was counted while delivering or booking against what is there. */
export interface Check {
  readonly check: 'records' | 'objects' | 'lines' | 'errors' | 'booked' | 'ledger';
  /** What it is about: a unit, an object, a tenant and day. */
  readonly scope: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

/** What comparing the ledger came to. */
export interface LedgerComparison {
  readonly checks: readonly Check[];
  /** What could not be compared, in words. */
  readonly notes: readonly string[];
}

/** A comparison of two values by their text. */
export function compare(check: Check['check'], scope: string, expected: unknown, actual: unknown): Check {
  return { check, scope, expected: String(expected), actual: String(actual), ok: String(expected) === String(actual) };
}
