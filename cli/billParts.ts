import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import {
  type ExportHome,
  type ExportRequest,
  exportSettings,
  FOCUS_VERSIONS,
  type FocusVersion,
} from '../billing/index.js';
import { AppError, type Config, type RateCard } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import type { CliContext } from './CliContext.js';
import { addEngineFlags, type EngineFlags } from './engineFlags.js';
import { packageVersion } from './packageVersion.js';
import { progressLine } from './progress.js';
import { readKey } from './readKey.js';

/** Flags of the verbs that write billing exports. */
export interface BillFlags extends EngineFlags {
  readonly period: string;
  readonly out: string;
  readonly focusVersion?: string;
  readonly signingKey?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Adds the flags that all verbs which write billing exports have in common. */
export function withExportFlags(command: Command): Command {
  command
    .option('--focus-version <version>', 'of FOCUS: 1.4, or 1.2', '1.4')
    .option('--signing-key <ref>', 'Ed25519 private key: env:NAME or a file (default: billing.signing_key)')
    .option('--lake <dir>', 'the lake; with --engine trino also s3://bucket/prefix')
    .option('--config <file>', 'project file with the rate cards (default: ./tenantscope.yaml)')
    .option('--dry-run', 'make all of it, say what would be written where, and write nothing')
    .option('--json', 'the manifest as JSON on stdout');
  addEngineFlags(command);
  return command;
}

/** The version of FOCUS a flag means. Throws PARAMETER_INVALID. */
export function focusVersionOf(flag: string | undefined): FocusVersion {
  const version = FOCUS_VERSIONS.find((known) => known === (flag ?? '1.4'));
  if (version !== undefined) return version;
  throw new AppError('PARAMETER_INVALID', 'no such version of FOCUS', {
    where: '--focus-version',
    expected: FOCUS_VERSIONS.join(' or '),
    got: JSON.stringify(flag),
  });
}

/** The key exports are signed with: `--signing-key`, else billing.signing_key. Throws as `readKey`. */
export async function signingKeyOf(
  config: Config,
  flags: Pick<BillFlags, 'signingKey'>,
  context: CliContext,
): Promise<KeyObject | undefined> {
  const reference = flags.signingKey ?? config.billing.signing_key;
  return reference === undefined ? undefined : readKey(reference, 'private', context);
}

/** What an export is asked for with, with its progress on stderr. Call `end` when it is over. */
export function exportRequest(
  about: {
    readonly engine: Engine;
    readonly config: Config;
    readonly cards: readonly RateCard[];
    readonly home: ExportHome;
    readonly flags: Pick<BillFlags, 'period' | 'focusVersion'>;
    readonly signingKey: KeyObject | undefined;
  },
  context: CliContext,
): { readonly request: ExportRequest; end(): void } {
  const { engine, config, cards, home, flags, signingKey } = about;
  const progress = progressLine(context);
  const of = config.tenants.length;
  return {
    request: {
      ...{ engine, period: flags.period, home, rateCards: cards, signingKey },
      settings: exportSettings(config, focusVersionOf(flags.focusVersion)),
      tenants: config.tenants,
      generator: { name: 'tenantscope', version: packageVersion() },
      onProgress: ({ tenants, rows }) =>
        progress.update(`rated ${tenants} of ${of} tenants, ${rows} rows`, tenants / of),
    },
    end: () => progress.end(),
  };
}
