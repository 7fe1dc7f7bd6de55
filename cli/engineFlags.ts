import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { AppError, type Config, registryOf } from '../model/index.js';
import { type Engine, openDuckDb, openTrino, parseTrinoUrl } from '../queries/index.js';
import { type AthenaFlags, addAthenaFlags, athenaFlagGiven, athenaOpener } from './athenaFlags.js';
import type { CliContext } from './CliContext.js';

/** The flags that choose who answers. */
export interface EngineFlags extends AthenaFlags {
  readonly engine?: 'duckdb' | 'trino' | 'athena';
  readonly trinoUrl?: string;
  readonly trinoLocation?: string;
}

/** The root of a catalogue whose `local.location` is the lake's folder. */
const DEFAULT_LOCATION = 'local:///';

/** Adds --engine and the flags of each engine to a command. */
export function addEngineFlags(command: Command): void {
  command
    .addOption(new Option('--engine <engine>', 'who answers').choices(['duckdb', 'trino', 'athena']).default('duckdb'))
    .option('--trino-url <url>', 'with --engine trino: http[s]://[user@]host[:port][/catalog]; catalog: lake')
    .option('--trino-location <uri>', `the lake's folder as Trino sees it (default: ${DEFAULT_LOCATION})`);
  addAthenaFlags(command);
}

/** Opens an engine over the configured lake. */
export type OpenEngine = (config: Config, context: CliContext) => Promise<Engine>;

/** How to open the engine the flags choose. Throws USAGE, before anything is opened. */
export function engineOpener(flags: EngineFlags): OpenEngine {
  const ofTrino = flags.trinoUrl ?? flags.trinoLocation;
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
export const openEmbedded: OpenEngine = (config, { signal }) =>
  openDuckDb({
    lake: config.lake,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    listPrices: config.list_prices,
    registry: registryOf(config),
    signal,
  });

function trinoOpener(flags: EngineFlags): OpenEngine {
  if (flags.trinoUrl === undefined) {
    throw new AppError('USAGE', '--engine trino needs --trino-url', { expected: 'such as http://127.0.0.1:8080/lake' });
  }
  const address = parseTrinoUrl(flags.trinoUrl);
  return (config, { clock, signal }) =>
    openTrino({
      ...address,
      lake: config.lake,
      location: flags.trinoLocation ?? DEFAULT_LOCATION,
      listPrices: config.list_prices,
      registry: registryOf(config),
      fetch: globalThis.fetch,
      clock,
      signal,
      // Ctrl-C ends the wait; the request after it sees the signal and throws.
      sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
    });
}
