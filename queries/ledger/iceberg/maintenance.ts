import { BOOKINGS_TABLE } from '../../../model/index.js';
import { type IcebergPlace, tableIn } from './IcebergPlace.js';
import { LEDGER_PARTS } from './ledgerParts.js';

/** How long snapshots of the tables are kept: Trino's least. A reader holds one for as long as it is open. */
const RETENTION_DAYS = 7;

/**
 * The statements that keep the tables of a ledger small and quick, to be run once a day or so, beside whatever builds and
 * reads: small files of one partition become one, snapshots that are older than a week go, and with them the files nothing
 * refers to any more. They change no row. On Athena a table's own `vacuum_max_snapshot_age_seconds` says how old; its
 * default is five days.
 */
export function maintenanceStatements(place: IcebergPlace): readonly string[] {
  return [...LEDGER_PARTS.map(({ table }) => table.name), BOOKINGS_TABLE.name].flatMap((name) => {
    const table = tableIn(place, name);
    if (place.dialect === 'athena') {
      return [`OPTIMIZE ${place.schema}.${name} REWRITE DATA USING BIN_PACK`, `VACUUM ${place.schema}.${name}`];
    }
    return [
      `alter table ${table} execute optimize`,
      `alter table ${table} execute expire_snapshots(retention_threshold => '${RETENTION_DAYS}d')`,
      `alter table ${table} execute remove_orphan_files(retention_threshold => '${RETENTION_DAYS}d')`,
    ];
  });
}
