import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_VIEW,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  EVENT_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  LEDGER_COLUMNS,
  QUARANTINE_COLUMNS,
  USAGE_RECENT_COLUMNS,
} from '../../../model/index.js';
import type { ViewRead } from '../../engines/DataFile.js';
import { isWindow, type ParameterValues, windowDates } from '../parameters.js';
import type { Report } from '../Report.js';
import { sqlBlocks, type TableReference, type TextBlock } from '../sqlBlocks.js';
import { AROUND_MS } from '../windowSql.js';

/** The views that are over files, with the columns a statement can name. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  ledger: LEDGER_COLUMNS,
  usage_recent: USAGE_RECENT_COLUMNS,
  booked_events: BOOKED_EVENTS_COLUMNS,
  booked_heartbeats: BOOKED_HEARTBEATS_VIEW,
  booked_sources: BOOKED_SOURCES_COLUMNS,
  heartbeats: HEARTBEAT_COLUMNS,
  events: EVENT_COLUMNS,
  event_usage: EVENT_USAGE_COLUMNS,
  quarantine: QUARANTINE_COLUMNS,
};

/** Which column is the partition of the emitting tenant. */
const PARTITIONS: Readonly<Record<string, string>> = { events: 'tenant_id', event_usage: 'emitter' };

/**
 * What a report's statement reads of each view, as far as its text shows: a condition counts where lint would count it, so
 * that what is not understood makes the answer wider, never narrower.
 */
export function readsOf(report: Report, values: ParameterValues): readonly ViewRead[] {
  return sqlBlocks(maskAllButIds(report.sql)).flatMap((block) =>
    block.tables
      .filter(({ table }) => Object.hasOwn(COLUMNS, table))
      .map((reference) => readOf(report, values, block, reference)),
  );
}

function readOf(report: Report, values: ParameterValues, block: TextBlock, { table, alias }: TableReference): ViewRead {
  const words = new Set(
    block.text
      .toLowerCase()
      .replace(/'[^']*'/g, ' ')
      .match(/[a-z_]\w*/g) ?? [],
  );
  const columns = (COLUMNS[table] ?? []).map(({ name }) => name).filter((name) => words.has(name));
  const conditions = block.conditions.map((text) => text.toLowerCase().replace(`${alias}.`, ''));
  const tenants = tenantsOf(PARTITIONS[table], conditions, values);
  const window = windowOf(conditions, values);
  const dates = datesOf(report, conditions, values);
  return {
    view: table,
    columns,
    ...(tenants === undefined ? {} : { tenants }),
    ...(window === undefined ? {} : { window }),
    ...(dates === undefined ? {} : { dates }),
  };
}

function tenantsOf(
  partition: string | undefined,
  conditions: readonly string[],
  values: ParameterValues,
): readonly string[] | undefined {
  if (partition === undefined) return undefined;
  for (const condition of conditions) {
    const [, literal, one, many] =
      new RegExp(`^${partition} (?:= '([^']*)'|= \\{\\{(\\w+)\\}\\}|in \\(\\{\\{(\\w+)\\}\\}\\))$`).exec(condition) ??
      [];
    if (literal !== undefined) return [literal];
    const value = values[one ?? many ?? ''];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value;
  }
  return undefined;
}

function windowOf(conditions: readonly string[], values: ParameterValues): ViewRead['window'] {
  let start: number | undefined;
  let end: number | undefined;
  for (const condition of conditions) {
    const [, sign, name = '', part] =
      /^(?:event_time|event_hour|hour) (>=|<) \{\{(\w+)\.(start|end|before|around_start|around_end)\}\}$/.exec(
        condition,
      ) ?? [];
    const value = values[name];
    if (!isWindow(value)) continue;
    const instants = {
      start: value.start,
      end: value.end,
      before: 2 * value.start - value.end,
      around_start: value.start - AROUND_MS,
      around_end: value.end + AROUND_MS,
    };
    const instant = instants[part as keyof typeof instants];
    if (sign === '>=') start = instant;
    else end = instant;
  }
  if (start === undefined && end === undefined) return undefined;
  return { start: start ?? Number.NEGATIVE_INFINITY, end: end ?? Number.POSITIVE_INFINITY };
}

function datesOf(report: Report, conditions: readonly string[], values: ParameterValues): ViewRead['dates'] {
  for (const { name, type } of report.params) {
    const value = values[name];
    if (type !== 'window' || !isWindow(value)) continue;
    const bounded = [`dt >= {{${name}.first_dt}}`, `dt <= {{${name}.last_dt}}`].every((text) =>
      conditions.includes(text),
    );
    if (bounded) return windowDates(report, values, value);
  }
  return undefined;
}

/** The statement without comments, and without literals but for those that could name a tenant. */
function maskAllButIds(sql: string): string {
  return sql.replace(/'(?:[^']|'')*(?:'|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) => {
    if (!found.startsWith("'")) return ' ';
    return /^'[_a-z0-9-]+'$/.test(found) ? found : "' '";
  });
}
