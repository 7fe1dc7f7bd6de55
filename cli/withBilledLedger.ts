import { AppError, type Config } from '../model/index.js';
import { type Engine, localStore, notedUnbooked, type ObjectStore } from '../queries/index.js';
import { athenaLedgerOpener } from './athenaFlags.js';
import type { CliContext } from './CliContext.js';
import { type EngineFlags, engineOpener } from './engineFlags.js';
import { type JobLedger, openJobEngine } from './jobs/jobLedger.js';
import { openTrinoBucket } from './trinoBucket.js';
import { isBucket } from './withBucketFiles.js';
import { withEngine } from './withEngine.js';

/** The ledger that bills are made of. */
export interface BilledLedger {
  readonly engine: Engine;
  /** The lake's store, with the log. */
  readonly store: ObjectStore;
}

/**
 * Works on the ledger that the flags name and closes it whatever happens: the lake's own, or, of a deployed lake, the one that
 * Athena or a Trino keeps (`--engine athena`, or `--engine trino` with `--lake s3://…`), as the billing job reads it.
 * Throws USAGE before anything is opened.
 */
export async function withBilledLedger<T>(
  config: Config,
  flags: EngineFlags,
  context: CliContext,
  work: (ledger: BilledLedger) => Promise<T>,
): Promise<T> {
  const openEngine = engineOpener(flags);
  const deployed = deployedLedger(config, flags, context);
  if (deployed === undefined) {
    const store = localStore(config.lake);
    return withEngine(config, context, (engine) => work({ engine, store }), openEngine);
  }
  const ledger = await deployed();
  try {
    const { store, events } = ledger;
    // The ledger job has noted what it left: so nobody needs to list the lake.
    const source = notedUnbooked(events, { store, clock: context.clock });
    const engine = await openJobEngine(config, { ...ledger, source }, context);
    return await work({ engine, store });
  } finally {
    await ledger.close();
  }
}

/** How a ledger in S3 is opened that the flags name; undefined for one of a lake at hand. */
function deployedLedger(
  config: Config,
  flags: EngineFlags,
  context: CliContext,
): (() => Promise<JobLedger>) | undefined {
  if (flags.engine === 'athena') {
    const open = athenaLedgerOpener(flags);
    return () => open(config, context);
  }
  if (!isBucket(config.lake)) return undefined;
  const { trinoUrl: url, ledgerCatalog } = flags;
  const database = config.engine.athena?.database;
  if (flags.engine === 'trino' && url !== undefined && ledgerCatalog !== undefined && database !== undefined) {
    return () => openTrinoBucket({ url, ledgerCatalog, lake: config.lake, database }, context);
  }
  const what = flags.engine === 'trino' ? 'a Trino has to be told more of' : 'the embedded engine does not read';
  throw new AppError('USAGE', `${what} a lake in S3`, {
    where: '--lake',
    expected:
      '--engine athena, or --engine trino with --trino-url, --ledger-catalog and the Glue database as engine.athena.database in tenantscope.yaml',
    got: config.lake,
  });
}
