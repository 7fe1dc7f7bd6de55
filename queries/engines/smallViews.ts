import {
  COMPLETENESS_SETTINGS_COLUMNS,
  type Column,
  type CompletenessSettings,
  DEFAULT_COMPLETENESS,
  DEFAULT_QUOTAS,
  QUOTA_COLUMNS,
  type Quota,
  UNBOOKED_COLUMNS,
} from '../../model/index.js';
import type { KnownLog } from '../ledger/checkpoint/KnownLog.js';
import { type Unbooked, unbookedObjects } from '../ledger/unbookedObjects.js';
import { quotaRows } from './viewSelects.js';

/** A view whose rows are known before anything is asked: every engine is given them with the statement. */
export interface SmallView {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Values as text, each cast to its column's type. */
  readonly rows: readonly (readonly string[])[];
}

/** What of the project file they show. */
export interface SmallViewOptions {
  readonly completeness?: CompletenessSettings;
  readonly quotas?: readonly Quota[];
}

/**
 * The views made of the project file, and of the lake's log and journal; for one tenant with that tenant's rows only. Throws
 * LAKE_DAMAGED.
 */
export async function smallViews(
  lake: string,
  log: KnownLog,
  options: SmallViewOptions,
  tenant?: string,
): Promise<readonly SmallView[]> {
  const unbooked = await unbookedObjects(lake, log);
  return smallViewsOf(
    options,
    unbooked.filter((row) => tenant === undefined || row.tenant_id === tenant),
  );
}

/** The same for a ledger whose unbooked objects are known. */
export function smallViewsOf(options: SmallViewOptions, unbooked: readonly Unbooked[]): readonly SmallView[] {
  const { silent_minutes, grace_minutes } = options.completeness ?? DEFAULT_COMPLETENESS;
  return [
    {
      name: 'completeness_settings',
      columns: COMPLETENESS_SETTINGS_COLUMNS,
      rows: [[String(silent_minutes), String(grace_minutes)]],
    },
    {
      name: 'quotas',
      columns: QUOTA_COLUMNS,
      rows: quotaRows(options.quotas ?? DEFAULT_QUOTAS),
    },
    {
      name: 'unbooked',
      columns: UNBOOKED_COLUMNS,
      rows: unbooked.map(({ tenant_id, dt, objects }) => [tenant_id, dt, String(objects)]),
    },
  ];
}
