import { AppError, HOUR_MS, parseDuration, RESERVED_TENANTS } from '../../model/index.js';
import type { AthenaTables } from '../engines/athena/athenaTables.js';
import { type ConsoleRows, consoleViews } from '../engines/athena/consoleViews.js';
import { LONGEST_INJECTED_LIST } from '../engines/athena/openAthena.js';
import { tablesRead } from '../engines/trino/tablesRead.js';
import { withViews } from '../engines/trino/withViews.js';
import { type OpenValues, PLACEHOLDER, renderReport } from './parameters.js';
import type { Report, ReportParameter } from './Report.js';
import { readParameter } from './readParameter.js';

/** A saved report as one statement that Athena's console runs as it is. */
export interface ConsoleQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
  /** Names of the parameters it asks for, one a `?`, in their order. */
  readonly asks: readonly string[];
}

/** Athena's limits, in bytes of UTF-8 and in characters. */
export const CONSOLE_LIMITS = { sqlBytes: 262_144, name: 128, description: 1024 } as const;

/** Rows of tenants take at most so much of a statement. */
const MOST_TENANTS_BYTES = 100_000;

/**
 * A report as a statement of its own: over the tables of a lake, the views it reads in front of it. Its window ends with the
 * last whole hour and goes back as far as `look_back`; parameters have their defaults; a list of tenants is the registry's, as
 * it is when this is made. What has no default is asked for, as a `?` each time it is used: a tenant, a service, a trace. So
 * is a list of tenants nobody knows or that is too long for Athena, which is then one tenant. Throws CONFIG_INVALID for a
 * report that reads what only `tenantscope` can give, or whose statement is too long.
 *
 * @param registered whether the registry is in the configuration, and not elsewhere
 */
export function consoleQuery(
  report: Report,
  tables: AthenaTables,
  rows: ConsoleRows,
  { registered }: { readonly registered: boolean },
): ConsoleQuery {
  const tenants = registered ? [...rows.registry.tenants.keys(), ...Object.values(RESERVED_TENANTS)].sort() : [];
  const values = openValues(report, tenants);
  const shown = withoutMany(rows);
  const views = consoleViews(tables, shown);
  const read = tablesRead(report.sql);
  if (!views.has(report.table)) {
    throw new AppError('CONFIG_INVALID', `${report.name} cannot be run without tenantscope`, {
      expected: `a report on ${[...views.keys()].join(', ')}`,
      got: report.table,
    });
  }
  const asks = [...report.sql.matchAll(PLACEHOLDER)].flatMap(([, name = '']) => (isAsked(values[name]) ? [name] : []));
  const notes = [
    ...report.description.trim().split('\n'),
    `Window: ${report.look_back} up to the last whole hour, UTC.`,
    ...(read.has('tenants') && (!registered || shown !== rows) ? ['Not known here: which cell a tenant is in.'] : []),
    ...(read.has('unbooked') ? ['Not known here: objects that wait for their booking.'] : []),
    ...(values.tenant_ids !== undefined && !isAsked(values.tenant_ids)
      ? ['Of the tenants registered when this was deployed.']
      : []),
    ...(asks.length === 0 ? [] : [`Asks for ${asks.join(', ')}, each a text in single quotes.`]),
  ];
  const header = [`${report.name}: ${report.title}`, ...notes].map((line) => `-- ${plain(line)}\n`).join('');
  const statement = withViews(renderReport(report, values), views);
  const sql = `${header}${statement.replace(/^\s*--.*$/gm, (comment) => plain(comment))}`;
  const bytes = Buffer.byteLength(sql);
  if (bytes > CONSOLE_LIMITS.sqlBytes) {
    throw new AppError('CONFIG_INVALID', `${report.name} is too long to be saved in Athena`, {
      expected: `at most ${CONSOLE_LIMITS.sqlBytes} bytes`,
      got: `${bytes}`,
      hint: 'fewer list prices or quotas in tenantscope.yaml',
    });
  }
  return { name: report.name, description: cut([report.title, ...notes].map(sentence).join(' ')), sql, asks };
}

/** What a report is asked with where nobody gives it values. */
function openValues(report: Report, tenants: readonly string[]): OpenValues {
  const latestHours = (parseDuration(report.look_back) ?? 0) / HOUR_MS;
  return Object.fromEntries(
    report.params.map((parameter) => [parameter.name, openValue(parameter, latestHours, tenants)]),
  );
}

function openValue(parameter: ReportParameter, latestHours: number, tenants: readonly string[]): OpenValues[string] {
  if (parameter.type === 'window') return { latestHours };
  if (parameter.default !== undefined) return readParameter(parameter, String(parameter.default));
  if (parameter.type === 'tenant_ids' && tenants.length > 0 && tenants.length <= LONGEST_INJECTED_LIST) return tenants;
  // Of dates it is the one before today that is worth asking for.
  if (parameter.type === 'date') return { daysAgo: 1 };
  return { asked: true };
}

const isAsked = (value: OpenValues[string] | undefined): boolean => typeof value === 'object' && 'asked' in value;

/** Without its tenants, of a registry that would not leave room for the statement. */
function withoutMany(rows: ConsoleRows): ConsoleRows {
  const bytes = [...rows.registry.tenants.values()].reduce(
    (sum, { id, name = id, plan = '', cell }) => sum + Buffer.byteLength(id + name + plan + cell) + 16,
    0,
  );
  return bytes <= MOST_TENANTS_BYTES ? rows : { ...rows, registry: { ...rows.registry, tenants: new Map() } };
}

/** A console may take a `?` for a parameter and a semicolon for the end of the statement, also in a comment. */
const plain = (comment: string): string => comment.replaceAll('?', '').replaceAll(';', ',').trimEnd();

const sentence = (text: string): string => (/[.:,]$/.test(text) ? text : `${text}.`);

const cut = (text: string): string =>
  text.length <= CONSOLE_LIMITS.description ? text : `${text.slice(0, CONSOLE_LIMITS.description - 1)}…`;
