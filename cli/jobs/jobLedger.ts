import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, parseS3Url, registryOf } from '../../model/index.js';
import {
  type BucketLedger,
  type Engine,
  type LedgerToRead,
  openBucketLedger,
  parseTrinoUrl,
  trinoBucketLedger,
} from '../../queries/index.js';
import { athenaLedgerOpener } from '../athenaFlags.js';
import { printNote } from '../CliContext.js';
import { parseLedgerCatalog } from '../ledgerFlags.js';
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
  context: JobContext,
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

async function onTrino(url: string, context: JobContext): Promise<JobLedger> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  const { catalog, schema } = parseLedgerCatalog(variable(context, 'TENANTSCOPE_LEDGER_CATALOG'));
  const { clock, signal } = context;
  const ledger = trinoBucketLedger({
    ...parseTrinoUrl(url),
    ...parseS3Url(variable(context, 'TENANTSCOPE_LAKE')),
    client,
    database: variable(context, 'TENANTSCOPE_ATHENA_DATABASE'),
    ledgerCatalog: catalog,
    ledgerSchema: schema,
    fetch: globalThis.fetch,
    clock,
    signal,
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
  });
  return { ...ledger, close: async () => client.destroy() };
}
