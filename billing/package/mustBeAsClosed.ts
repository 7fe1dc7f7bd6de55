import { AppError } from '../../model/index.js';
import type { BillingManifest } from './BillingManifest.js';

/** What a period was closed with. */
export interface ClosedAs {
  readonly version: number;
  /** The total by currency. */
  readonly billed: Readonly<Record<string, string>>;
  /** The usage it was rated from; undefined where the package is no longer there. */
  readonly snapshotId: string | undefined;
}

/**
 * That a closed period comes out with the usage and the total it was closed with, in whatever version of FOCUS and by whatever
 * version of the product. Throws CHECK_FAILED.
 */
export function mustBeAsClosed({ source, control_totals }: BillingManifest, closed: ClosedAs | undefined): void {
  if (closed === undefined) return;
  const { version, billed, snapshotId } = closed;
  const total = JSON.stringify(control_totals.billed_cost_by_currency);
  const differs =
    total !== JSON.stringify(billed)
      ? { expected: JSON.stringify(billed), got: total }
      : snapshotId !== undefined && snapshotId !== source.snapshot_id
        ? { expected: `usage ${snapshotId}`, got: source.snapshot_id }
        : undefined;
  if (differs === undefined) return;
  throw new AppError('CHECK_FAILED', 'a closed period no longer comes out as it was closed', {
    ...differs,
    hint: `version ${version} stands, and nothing was written. After tenant erase its usage is nobody’s in the ledger; otherwise run: tenantscope ledger verify`,
  });
}
