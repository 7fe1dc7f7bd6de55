import { access } from 'node:fs/promises';
import { addDays, type Config, DAY_MS, retentionRules, utcDayOf } from '../../model/index.js';
import { quotaOf } from '../../planner/index.js';
import { lakeStatus, openMemory, TARGET_BYTES } from '../../queries/index.js';
import { hasLeft } from '../../tenants/index.js';
import { byteText } from '../byteSize.js';
import type { CliContext } from '../CliContext.js';
import { counted } from '../counted.js';
import { readDeployment } from '../readDeployment.js';
import { type Check, checkOf } from './Check.js';

/** Of a limit, from where on it is near. */
const NEAR = 0.8;

/**
 * Engine, registry, lake, quotas: what the project file names.
 *
 * @param asked.isRead false: the configuration is the defaults, since the file or its registry cannot be read
 */
export async function projectChecks(
  config: Config,
  context: CliContext,
  { aws, isRead }: { readonly aws: boolean; readonly isRead: boolean },
): Promise<readonly Check[]> {
  return [
    await checkOf('engine', () => engineCheck(config)),
    await checkOf('registry', async () => registryCheck(config, aws, isRead)),
    await checkOf('lake', () => lakeCheck(config, context.clock)),
    await checkOf('quotas', () => quotaCheck(config, context)),
  ];
}

async function engineCheck({ engine }: Config): Promise<Omit<Check, 'name'>> {
  const duckdb = await openMemory();
  try {
    const [[version] = []] = (await duckdb.connection.runAndReadAll('select version()')).getRows();
    return { state: 'ok', found: `DuckDB ${version}, ${engine.memory_mb} MB, ${engine.threads} threads` };
  } finally {
    await duckdb.close();
  }
}

function registryCheck({ tenants, registry }: Config, aws: boolean, isRead: boolean): Omit<Check, 'name'> {
  if (!isRead)
    return { state: 'skipped', found: 'the project file, or the registry it names, cannot be read: see above' };
  const { from } = registry;
  if (from?.includes('://') === true && !aws)
    return { state: 'skipped', found: `${from} is in the cloud`, mend: 'look there as well with --aws' };
  const found = `${counted(tenants.length, 'tenant')}${from === undefined ? '' : ` in ${from}`}`;
  if (tenants.length > 0) return { state: 'ok', found };
  return {
    state: 'warning',
    found,
    mend: 'every line counts as unknown or is quarantined; tenantscope tenant add, or registry.from',
  };
}

async function lakeCheck(config: Config, clock: () => number): Promise<Omit<Check, 'name'>> {
  const { lake } = config;
  if (lake.includes('://'))
    return {
      state: 'skipped',
      found: `${lake} is in the cloud`,
      mend: `tenantscope lake compact --lake ${lake} --dry-run reads it`,
    };
  const there = await access(lake).then(
    () => true,
    () => false,
  );
  if (!there)
    return { state: 'warning', found: `${lake} is not there yet`, mend: 'tenantscope run --input … makes it' };
  const status = await lakeStatus({
    lake,
    clock,
    before: addDays(utcDayOf(clock()), -1),
    targetBytes: TARGET_BYTES,
    graceMs: DAY_MS,
    daysOf: retentionRules(config),
    errorsDays: config.retention.errors_days,
  });
  const { total, ledger, staging } = status;
  const found = `${total.files} files, ${byteText(total.bytes)}, ${ledger.entries} entries in its log`;
  if (total.newestDt !== null && total.newestDt > utcDayOf(clock()))
    return {
      state: 'wrong',
      found: `${found}; its newest lines arrived on ${total.newestDt}, which is still to come`,
      mend: 'set the clock of this machine, or of the one that delivers',
    };
  if (ledger.unfinished > 0 || total.unbooked > 0)
    return {
      state: 'warning',
      found: `${found}; ${total.unbooked} files are not in the ledger, ${ledger.unfinished} bookings are unfinished`,
      mend: `tenantscope ledger build --lake ${lake}`,
    };
  if (staging.files > 0)
    return {
      state: 'warning',
      found: `${found}; ${staging.files} files (${byteText(staging.bytes)}) of work in progress`,
      mend: 'when nothing runs, the next run or ledger build takes what an earlier one left',
    };
  return { state: 'ok', found: `${found}; tenantscope reconcile proves it line by line` };
}

/** How near the tenants of the registry come to the limits they share, as `tenantscope quota` says it without a ledger. */
async function quotaCheck({ tenants }: Config, context: CliContext): Promise<Omit<Check, 'name'>> {
  const today = utcDayOf(context.clock());
  const active = tenants.filter((tenant) => !hasLeft(tenant, today));
  if (active.length === 0) return { state: 'skipped', found: 'no tenant to plan for' };
  const { cells, querying, bufferSeconds } = await readDeployment(context);
  const partitionQuotas = new Map(cells.map(({ id, partitionQuota }) => [id, partitionQuota]));
  const [first] = quotaOf({ tenants: active, partitionQuotas, querying, bufferSeconds }).limits;
  if (first === undefined) return { state: 'ok', found: 'no shared limit' };
  const found = `nearest: ${first.limit}, ${Math.round(first.share * 100)} % of ${first.quota} ${first.unit}`;
  return first.share < NEAR
    ? { state: 'ok', found }
    : { state: 'warning', found, mend: `${first.remedy}; tenantscope quota has all of them` };
}
