import { BOOKINGS_TABLE, LEDGER_TABLES } from '../../model/index.js';

/** Names of all tables of the ledger: whoever opens it, and not only asks of some, looks at every one. */
export const LEDGER_NAMES: readonly string[] = [...Object.values(LEDGER_TABLES), BOOKINGS_TABLE].map(
  ({ name }) => name,
);
