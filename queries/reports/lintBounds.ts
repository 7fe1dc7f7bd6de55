import type { Finding } from '../dialect/index.js';
import type { Report } from './Report.js';
import type { ReadBlocks, SqlBlock, TableReference } from './sqlBlocks.js';

/** The views a report may read: whose row it is, and which partition has to be given where lines are read. */
const VIEWS: Readonly<Record<string, { readonly owner?: string; readonly partition?: string }>> = {
  ledger: { owner: 'tenant_id' },
  booked_events: { owner: 'emitter' },
  booked_heartbeats: { owner: 'tenant_id' },
  booked_sources: { owner: 'tenant_id' },
  usage_recent: { owner: 'tenant_id' },
  heartbeats: { owner: 'tenant_id' },
  events: { owner: 'tenant_id', partition: 'tenant_id' },
  event_usage: { owner: 'tenant_id', partition: 'emitter' },
  quarantine: {},
  tenants: { owner: 'tenant_id' },
  list_prices: {},
  completeness_settings: {},
  quotas: {},
  unbooked: { owner: 'tenant_id' },
};

/** Views whose rows belong to no tenant and tell nothing of one. */
const PUBLIC: ReadonlySet<string> = new Set(['list_prices', 'completeness_settings', 'quotas']);

/**
 * What a report reads beyond its bounds: a view that does not exist, rows of other tenants in a tenant-scoped report, and
 * lines without the tenants, window, arrival dates and row limit that keep a query from reading everything. Fails closed: a
 * condition counts only as it is written here, joined by AND in the same SELECT as its table. Asked twice, of the text and of
 * what the grammar makes of it: neither is trusted alone.
 */
export function lintBounds(report: Report, { blocks, named, limit }: ReadBlocks): readonly Finding[] {
  const findings: Finding[] = [];
  const read = new Set<string>();
  for (const block of blocks) {
    const views = block.tables.filter(({ table }) => Object.hasOwn(VIEWS, table));
    for (const { table } of block.tables) {
      if (Object.hasOwn(VIEWS, table)) read.add(table);
      else if (!named.has(table) && !/^(?:unnest)?$/.test(table)) {
        findings.push({ message: `reads ${table}, which is no view` });
      }
    }
    for (const view of views) {
      const has = (condition: string): boolean => hasCondition(block, view, views.length, condition);
      const problems = [
        ...(report.scope === 'tenant' ? lintTenant(report, view, has) : []),
        ...lintLines(report, view, has),
      ];
      const at = view.at === undefined ? {} : { at: view.at };
      findings.push(...problems.map((message) => ({ message, ...at })));
    }
  }
  for (const name of named)
    if (Object.hasOwn(VIEWS, name)) findings.push({ message: `${name} is the name of a view: name it otherwise` });
  if (!read.has(report.table)) findings.push({ message: `says it reads ${report.table}, and does not` });
  const lines = [...read].some((table) => VIEWS[table]?.partition !== undefined);
  if (lines) findings.push(...lintLimit(report, limit).map((message) => ({ message })));
  return findings;
}

/** True when the condition holds for this table: named by its alias, or by nothing where it is the only view. */
function hasCondition(block: SqlBlock, view: TableReference, views: number, condition: string): boolean {
  const forms = [`${view.alias}.${condition}`, ...(views === 1 ? [condition] : [])];
  return block.conditions.some((text) => forms.includes(text.toLowerCase()));
}

const ofType = (report: Report, type: string): readonly string[] =>
  report.params.filter((parameter) => parameter.type === type).map(({ name }) => name);

function lintTenant(report: Report, { table }: TableReference, has: (condition: string) => boolean): readonly string[] {
  if (PUBLIC.has(table)) return [];
  const owner = VIEWS[table]?.owner;
  if (owner === undefined) return [`reads ${table}, whose rows have no tenant, in a report of scope tenant`];
  const tenants = ofType(report, 'tenant_id');
  if (tenants.length === 1 && tenants.some((name) => has(`${owner} = {{${name}}}`))) return [];
  return [
    `reads ${table} of every tenant: its SELECT needs where ${owner} = {{tenant_id}}, with one tenant_id parameter`,
  ];
}

function lintLines(report: Report, { table }: TableReference, has: (condition: string) => boolean): readonly string[] {
  const partition = VIEWS[table]?.partition;
  if (partition === undefined) return [];
  const findings: string[] = [];
  // A literal is blanked before it gets here: any one tenant named in the text bounds what is read.
  const bounded =
    ofType(report, 'tenant_id').some((name) => has(`${partition} = {{${name}}}`)) ||
    ofType(report, 'tenant_ids').some((name) => has(`${partition} in ({{${name}}})`)) ||
    has(`${partition} = ' '`);
  if (!bounded)
    findings.push(
      `reads ${table} of every tenant: its SELECT needs ${partition} = {{tenant_id}} or in ({{tenant_ids}})`,
    );
  const [window = 'window'] = ofType(report, 'window');
  const needed = [
    `event_time >= {{${window}.start}}`,
    `event_time < {{${window}.end}}`,
    `dt >= {{${window}.first_dt}}`,
    `dt <= {{${window}.last_dt}}`,
  ].filter((condition) => !has(condition));
  if (needed.length > 0) findings.push(`reads ${table} without bounds: its SELECT needs ${needed.join(' and ')}`);
  if (ofType(report, 'lateness').length !== 1) findings.push(`reads ${table}, and declares no lateness parameter`);
  return findings;
}

function lintLimit(report: Report, limit: string | undefined): readonly string[] {
  const declared = report.params.find(({ name, type }) => name === limit && type === 'integer');
  if (declared?.max !== undefined) return [];
  return ['reads lines without a bound on its rows: it ends with order by … limit {{limit}}, an integer with a max'];
}
