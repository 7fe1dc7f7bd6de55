import type { Command } from 'commander';
import { AppError, type Config, type TenantId } from '../model/index.js';
import {
  type Engine,
  type ParameterValues,
  parseParameters,
  type Report,
  requireOneTenant,
  restrictToTenant,
} from '../queries/index.js';
import type { CliContext } from './CliContext.js';
import { addEngineFlags, type EngineFlags, engineOpener } from './engineFlags.js';
import { type ConfigFlags, loadConfig } from './loadConfig.js';
import { principalOf } from './principal.js';
import { findReportOf, REPORTS } from './reportsFolder.js';
import { warnUnknown } from './requireTenant.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from './windowFlags.js';
import { withEngine } from './withEngine.js';

/** The flags that say which report is asked, with which values, of whom and as whom. */
export interface ReportFlags extends ConfigFlags, WindowFlags, EngineFlags {
  readonly param: readonly string[];
  readonly tenant?: string;
  readonly service?: string;
  readonly top?: string;
  readonly limit?: string;
  readonly reports?: string;
  readonly asTenant?: string;
}

/** How commands name the tenant they are run as. */
export const AS_TENANT = ['--as-tenant <id>', 'as one tenant: its reports and its rows only'] as const;

/** Adds the flags of a report to a command. */
export function addReportFlags(command: Command): void {
  command
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--param <name=value>', 'a parameter; may be repeated', (value, before: string[]) => [...before, value], [])
    .option('--tenant <id>', "the report's tenant")
    .option('--service <name>', "the report's service")
    .option('--top <n>', "the report's top")
    .option('--limit <n>', 'rows to show at most')
    .option(...REPORTS)
    .option(...AS_TENANT);
  addWindowFlags(command);
  addEngineFlags(command);
}

/** A report with its values, on an engine that is open. */
export interface AskedReport {
  readonly report: Report;
  readonly values: ParameterValues;
  readonly engine: Engine;
  readonly config: Config;
  /** Rows to show, where the report has no limit of its own to take --limit. */
  readonly maxRows?: number;
}

/**
 * Opens the engine for a report and does the work. Whoever is held to one tenant gets that tenant's reports, values and rows.
 * Throws REPORT_NOT_FOUND, PARAMETER_INVALID, PERMISSION_DENIED, and what engines throw.
 */
export async function withReport<T>(
  name: string,
  flags: ReportFlags,
  context: CliContext,
  work: (asked: AskedReport) => Promise<T>,
): Promise<T> {
  const tenant = principalOf(flags, context);
  const report = findReportOf(name, flags.reports);
  if (tenant !== undefined) requireOneTenant(report, tenant);
  const pairs = pairsOf(report, flags, tenant);
  const limit = readLimit(report, flags);
  const open = engineOpener(flags);
  const config = await loadConfig(flags, context);
  return withEngine(
    config,
    context,
    async (engine) => {
      const window = await resolveWindowFlags(engine, flags, '24h');
      const values = parseParameters(report, [...pairs, ...limit.pairs], { window });
      // Whoever is held to one tenant must not learn the names of others.
      if (tenant === undefined)
        for (const asked of tenantsAsked(report, values)) warnUnknown({ tenant: asked }, config, context);
      return work({
        report,
        values,
        engine,
        config,
        ...(limit.maxRows === undefined ? {} : { maxRows: limit.maxRows }),
      });
    },
    open,
    tenant,
  );
}

/** Tenants that values of a report name, by whichever flag they were given. */
function tenantsAsked({ params }: Report, values: ParameterValues): readonly string[] {
  return params
    .filter(({ type }) => type === 'tenant_id' || type === 'tenant_ids')
    .flatMap(({ name }) => values[name] ?? [])
    .filter((value) => typeof value === 'string');
}

/** `--param`, and the flags that are short for one. */
function pairsOf(report: Report, flags: ReportFlags, tenant: TenantId | undefined): readonly string[] {
  const named = (types: readonly string[]): string =>
    report.params.find(({ type }) => types.includes(type))?.name ?? '';
  const short = [
    [named(['tenant_id', 'tenant_ids']) || 'tenant_id', flags.tenant],
    [named(['service']) || 'service', flags.service],
    ['top', flags.top],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const pairs = [...flags.param, ...short];
  return tenant === undefined ? pairs : restrictToTenant(report, pairs, tenant);
}

/** `--limit`: the report's own limit where it has one, which its statement then keeps; else rows are cut off after it. */
function readLimit(
  report: Report,
  { limit }: ReportFlags,
): { readonly pairs: readonly string[]; readonly maxRows?: number } {
  if (limit === undefined) return { pairs: [] };
  if (report.params.some(({ name, type }) => name === 'limit' && type === 'integer'))
    return { pairs: [`limit=${limit}`] };
  if (/^[1-9]\d{0,8}$/.test(limit)) return { pairs: [], maxRows: Number(limit) };
  throw new AppError('USAGE', '--limit is not usable', {
    expected: 'a number of rows, 1 or more',
    got: JSON.stringify(limit.slice(0, 80)),
  });
}
