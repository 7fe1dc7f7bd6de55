import { type Config, registryOf } from '../../model/index.js';
import { type BucketLedger, type Engine, type LedgerToRead, openBucketLedger } from '../../queries/index.js';
import { athenaLedgerOpener } from '../athenaFlags.js';
import { type CliContext, printNote } from '../CliContext.js';
import { openTrinoBucket } from '../trinoBucket.js';
import { type JobContext, variable } from './jobContext.js';

/** The ledger of the deployed lake, opened for one run. */
export interface JobLedger extends BucketLedger {
  /** How reports are asked; by the ledger's session when it is left out. */
  readonly ask?: Pick<Engine, 'query' | 'stream'>;
  close(): Promise<void>;
}

/** Works on the ledger of the deployed lake and closes it whatever happens: on Trino where the stack names one, else on Athena. */
export async function withJobLedger<T>(
  config: Config,
  context: JobContext,
  work: (ledger: JobLedger) => Promise<T>,
): Promise<T> {
  const trino = context.env.TENANTSCOPE_TRINO_URL;
  const ledger = trino === undefined ? await athenaLedgerOpener({})(config, context) : await onTrino(trino, context);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** An engine of saved queries over the ledger as it stands now; says what it leaves out. */
export async function openJobEngine(
  config: Config,
  ledger: LedgerToRead & Pick<JobLedger, 'ask'>,
  context: CliContext,
): Promise<Engine> {
  const options = {
    listPrices: config.list_prices,
    registry: registryOf(config),
    completeness: config.completeness,
    quotas: config.quotas,
  };
  const engine = await openBucketLedger(ledger, options, ledger.ask);
  for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
  return engine;
}

function onTrino(url: string, context: JobContext): Promise<JobLedger> {
  const place = {
    ledgerCatalog: variable(context, 'TENANTSCOPE_LEDGER_CATALOG'),
    lake: variable(context, 'TENANTSCOPE_LAKE'),
    database: variable(context, 'TENANTSCOPE_ATHENA_DATABASE'),
  };
  return openTrinoBucket({ url, ...place }, context);
}
