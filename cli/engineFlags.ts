import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { AppError, type Config, registryOf, type TenantId } from '../model/index.js';
import { type Engine, openDuckDb, openTrino, openTrinoLedger, parseTrinoUrl } from '../queries/index.js';
import { type AthenaFlags, addAthenaFlags, athenaFlagGiven, athenaOpener } from './athenaFlags.js';
import type { CliContext } from './CliContext.js';
import { addLedgerCatalogFlag, ledgerOnTrino } from './ledgerFlags.js';

/** The flags that choose who answers. */
export interface EngineFlags extends AthenaFlags {
  readonly engine?: 'duckdb' | 'trino' | 'athena';
  readonly trinoUrl?: string;
  readonly trinoLocation?: string;
  readonly ledgerCatalog?: string;
}

/** The root of a catalogue whose `local.location` is the lake's folder. */
const DEFAULT_LOCATION = 'local:///';

/** Adds --engine and the flags of each engine to a command. */
export function addEngineFlags(command: Command): void {
  command
    .addOption(new Option('--engine <engine>', 'who answers').choices(['duckdb', 'trino', 'athena']).default('duckdb'))
    .option('--trino-url <url>', 'with --engine trino: http[s]://[user@]host[:port][/catalog]; catalog: lake')
    .option('--trino-location <uri>', `the lake's folder as Trino sees it (default: ${DEFAULT_LOCATION})`);
  addLedgerCatalogFlag(command);
  addAthenaFlags(command);
}

/** Opens an engine over the configured lake, for everyone's rows or one tenant's. */
export type OpenEngine = (config: Config, context: CliContext, tenant?: TenantId) => Promise<Engine>;

/** How to open the engine the flags choose. Throws USAGE, before anything is opened. */
export function engineOpener(flags: EngineFlags): OpenEngine {
  const ofTrino = flags.trinoUrl ?? flags.trinoLocation ?? flags.ledgerCatalog;
  const ofAthena = athenaFlagGiven(flags);
  if (flags.engine !== 'trino' && ofTrino !== undefined) throw flagWithoutEngine('Trino', 'trino', ofTrino);
  if (flags.engine !== 'athena' && ofAthena !== undefined) throw flagWithoutEngine('Athena', 'athena', ofAthena);
  if (flags.engine === 'trino') return trinoOpener(flags);
  if (flags.engine === 'athena') return athenaOpener(flags);
  return openEmbedded;
}

function flagWithoutEngine(engine: string, name: string, got: string): AppError {
  return new AppError('USAGE', `a flag of ${engine} without ${engine}`, {
    expected: `--engine ${name} beside it`,
    got,
  });
}

/** The embedded engine: nothing but the lake's folder is needed. */
export const openEmbedded: OpenEngine = (config, { signal }, tenant) =>
  openDuckDb({
    ...(tenant === undefined ? {} : { tenant }),
    lake: config.lake,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    spillMb: config.engine.spill_mb,
    listPrices: config.list_prices,
    registry: registryOf(config),
    completeness: config.completeness,
    quotas: config.quotas,
    signal,
  });

function trinoOpener(flags: EngineFlags): OpenEngine {
  const onTrino = flags.ledgerCatalog === undefined ? undefined : ledgerOnTrino(flags);
  if (onTrino !== undefined) {
    return async (config, context, tenant) => {
      // Its views show everyone's rows, and a principal of one tenant is held to its own by the engine, too.
      if (tenant !== undefined) {
        throw new AppError('PERMISSION_DENIED', 'one tenant alone cannot ask a ledger in Iceberg', {
          expected: 'the same report without --ledger-catalog',
          got: tenant,
        });
      }
      return openTrinoLedger({
        ...onTrino(config, context),
        listPrices: config.list_prices,
        registry: registryOf(config),
        completeness: config.completeness,
        quotas: config.quotas,
      });
    };
  }
  if (flags.trinoUrl === undefined) {
    throw new AppError('USAGE', '--engine trino needs --trino-url', { expected: 'such as http://127.0.0.1:8080/lake' });
  }
  const address = parseTrinoUrl(flags.trinoUrl);
  return (config, context, tenant) => {
    const { clock, signal } = context;
    return openTrino({
      ...(tenant === undefined ? {} : { tenant }),
      ...address,
      lake: config.lake,
      location: flags.trinoLocation ?? DEFAULT_LOCATION,
      listPrices: config.list_prices,
      registry: registryOf(config),
      completeness: config.completeness,
      quotas: config.quotas,
      fetch: globalThis.fetch,
      clock,
      signal,
      // Ctrl-C ends the wait; the request after it sees the signal and throws.
      sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
    });
  };
}
