import { checkLake } from '../../engines/checkLake.js';
import type { Engine } from '../../engines/Engine.js';
import type { TrinoAddress } from '../../engines/trino/parseTrinoUrl.js';
import { TrinoClient } from '../../engines/trino/TrinoClient.js';
import type { TrinoTransport } from '../../engines/trino/trinoRequest.js';
import { journalObjects } from '../../lake/journalObjects.js';
import { localStore } from '../../store/localStore.js';
import { KnownLog } from '../checkpoint/KnownLog.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { type LedgerEngineOptions, openLedgerEngine } from './openLedgerEngine.js';
import { trinoEmbeddedLedger } from './trinoEmbeddedLedger.js';
import { trinoObjectTable } from './trinoObjectTable.js';

/** A Trino server, a lake it can read, and where it keeps the lake's ledger. */
export interface TrinoLedgerOptions extends TrinoTransport, TrinoAddress {
  /** The lake as this process sees it: its log and its journal. */
  readonly lake: string;
  /** The same folder as Trino sees it, such as `local:///`. */
  readonly location: string;
  /** The Iceberg catalogue and schema of the ledger. */
  readonly ledgerCatalog: string;
  readonly ledgerSchema: string;
  readonly signal?: AbortSignal;
}

/** The ledger of a lake on a Trino server; makes the tables its objects are read through. Throws LAKE_NOT_FOUND, ENGINE_UNAVAILABLE. */
export async function trinoLedger(options: TrinoLedgerOptions): Promise<IcebergLedger> {
  const failureHint = `see the query in Trino's web interface, ${options.server}/ui; what is booked stands, so it can be run again`;
  return ledgerBy(new TrinoClient({ ...options, failureHint }), options);
}

async function ledgerBy(client: TrinoClient, options: TrinoLedgerOptions): Promise<IcebergLedger> {
  await checkLake(options.lake);
  const objects = await trinoObjectTable(client, options);
  const place = { dialect: 'trino', catalog: options.ledgerCatalog, schema: options.ledgerSchema } as const;
  return { session: client, place, objects, embedded: trinoEmbeddedLedger(client, options) };
}

/**
 * Trino as an engine of saved reports over a ledger in Iceberg: the views that are not of single lines or the quarantine, as the
 * ledger stood when it was opened. Throws as `openIcebergLedger`.
 */
export async function openTrinoLedger(options: TrinoLedgerOptions & LedgerEngineOptions): Promise<Engine> {
  const ledger = await ledgerBy(new TrinoClient(options), options);
  const log = await KnownLog.open(localStore(options.lake), { journal: true });
  const { partitions: open } = await journalObjects().survey(log);
  return openLedgerEngine({ ledger, log, open }, options);
}
