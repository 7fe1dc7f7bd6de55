import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { AppError, type Config } from '../model/index.js';
import { type AthenaLedger, parseTrinoUrl, type TrinoLedgerOptions } from '../queries/index.js';
import { type AthenaFlags, addAthenaFlags, athenaFlagGiven, athenaLedgerOpener } from './athenaFlags.js';
import type { CliContext } from './CliContext.js';

/** The flags that say where the ledger is kept, and who builds it. */
export interface LedgerFlags extends AthenaFlags {
  readonly engine?: string;
  readonly trinoUrl?: string;
  readonly trinoLocation?: string;
  readonly ledgerCatalog?: string;
}

const DEFAULT_SCHEMA = 'tenantscope';
const DEFAULT_LOCATION = 'local:///';

/** Adds --engine and the flags of each engine to a command that works on the ledger. */
export function addLedgerFlags(command: Command): void {
  command
    .addOption(new Option('--engine <engine>', 'who computes').choices(['duckdb', 'trino', 'athena']).default('duckdb'))
    .option('--trino-url <url>', 'with --engine trino: http[s]://[user@]host[:port][/catalog]; catalog: lake')
    .option('--trino-location <uri>', `the lake's folder as Trino sees it (default: ${DEFAULT_LOCATION})`);
  addLedgerCatalogFlag(command);
  addAthenaFlags(command);
}

/** How the ledger that Athena keeps is opened; undefined when another engine is named. Throws USAGE. */
export function ledgerOnAthena(
  flags: LedgerFlags,
): ((config: Config, context: CliContext) => Promise<AthenaLedger>) | undefined {
  if (flags.engine === 'athena') return athenaLedgerOpener(flags);
  const unused = athenaFlagGiven(flags);
  if (unused === undefined) return undefined;
  throw new AppError('USAGE', 'a flag of Athena without Athena', {
    expected: '--engine athena beside it',
    got: unused,
  });
}

/** Works on a ledger that Athena keeps, and closes it whatever happens. */
export async function withAthenaLedger<T>(
  opening: Promise<AthenaLedger>,
  work: (ledger: AthenaLedger) => Promise<T>,
): Promise<T> {
  const ledger = await opening;
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** Adds --ledger-catalog. */
export function addLedgerCatalogFlag(command: Command): void {
  command.option(
    '--ledger-catalog <name>',
    `with --engine trino: the ledger in Iceberg, catalog[.schema] (default schema: ${DEFAULT_SCHEMA})`,
  );
}

/** How the ledger in Iceberg is reached that the flags name; undefined for the lake's own. Throws USAGE. */
export function ledgerOnTrino(
  flags: LedgerFlags,
): ((config: Config, context: CliContext) => TrinoLedgerOptions) | undefined {
  const { engine, trinoUrl, trinoLocation, ledgerCatalog } = flags;
  if (engine !== 'trino') {
    const unused = trinoUrl ?? trinoLocation ?? ledgerCatalog;
    if (unused === undefined) return undefined;
    throw new AppError('USAGE', 'a flag of Trino without Trino', { expected: '--engine trino beside it', got: unused });
  }
  if (trinoUrl === undefined) {
    throw new AppError('USAGE', '--engine trino needs --trino-url', { expected: 'such as http://127.0.0.1:8080/lake' });
  }
  if (ledgerCatalog === undefined) {
    throw new AppError('USAGE', '--engine trino needs --ledger-catalog', {
      expected: 'the catalogue of an Iceberg connector, such as iceberg or iceberg.tenantscope',
    });
  }
  const address = parseTrinoUrl(trinoUrl);
  const { catalog, schema } = parseLedgerCatalog(ledgerCatalog);
  return (config, { clock, signal }) => ({
    ...address,
    lake: config.lake,
    location: trinoLocation ?? DEFAULT_LOCATION,
    ledgerCatalog: catalog,
    ledgerSchema: schema,
    fetch: globalThis.fetch,
    clock,
    signal,
    // Ctrl-C ends the wait; the request after it sees the signal and throws.
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
  });
}

/** Reads `catalog` or `catalog.schema`. Throws USAGE. */
export function parseLedgerCatalog(text: string): { readonly catalog: string; readonly schema: string } {
  const match = /^([a-z0-9_]+)(?:\.([a-z0-9_]+))?$/.exec(text);
  if (match !== null) return { catalog: match[1] ?? '', schema: match[2] ?? DEFAULT_SCHEMA };
  throw new AppError('USAGE', '--ledger-catalog is not usable', {
    expected: 'catalog or catalog.schema, of lower-case letters, digits and _',
    got: JSON.stringify(text.slice(0, 80)),
  });
}
