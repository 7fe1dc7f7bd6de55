import { AppError, nearestWord } from '../../model/index.js';
import { loadCatalogue } from './catalogue.js';

/** The views a new report can start from, and what its statement is. */
export const TEMPLATE_TABLES = ['ledger', 'booked_events', 'events', 'event_usage'] as const;

/** A view a new report can start from. */
export type TemplateTable = (typeof TEMPLATE_TABLES)[number];

const NAME = /^[a-z][a-z0-9-]{1,62}$/;

/**
 * The text of a new report file: a header with each key explained, and a statement that lint takes as it is. With scope
 * `tenant` it reads one tenant's rows, else those of all or of a list. Throws USAGE for a name no report can have.
 */
export function reportTemplate(name: string, table: TemplateTable, scope: 'tenant' | 'platform'): string {
  if (!NAME.test(name)) {
    throw new AppError('USAGE', 'not the name of a report', {
      expected: 'lower-case letters, digits and hyphens, beginning with a letter, 2 to 63 of them',
      got: JSON.stringify(name.slice(0, 80)),
    });
  }
  if (loadCatalogue().some((report) => report.name === name)) {
    throw new AppError('USAGE', 'a built-in report has this name', {
      got: name,
      hint: `choose another, such as my-${name}; see the built-in one with: tenantscope report show ${name}`,
    });
  }
  const lines = table === 'events' || table === 'event_usage';
  const body = lines ? linesBody(table, scope) : bookingsBody(table, scope);
  return `${[...headerOf(name, table, scope, body), ...body.statement].join('\n')}\n`;
}

/** The view of a name; throws USAGE naming the nearest. */
export function templateTable(text: string): TemplateTable {
  const found = TEMPLATE_TABLES.find((table) => table === text);
  if (found !== undefined) return found;
  const near = nearestWord(text, TEMPLATE_TABLES);
  throw new AppError('USAGE', 'no view a report can start from', {
    expected: `one of ${TEMPLATE_TABLES.join(', ')}`,
    got: JSON.stringify(text.slice(0, 80)),
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}

interface Body {
  readonly params: readonly string[];
  readonly columns: readonly string[];
  readonly merge?: string;
  readonly statement: readonly string[];
}

function headerOf(name: string, table: string, scope: string, { params, columns, merge }: Body): readonly string[] {
  const yaml = [
    `name: ${name}  # as the file is called`,
    'title: What it answers, in a few words',
    'owner: your-team',
    'description: >',
    '  What its figures mean, what they leave out, and what to do about what it shows.',
    `# tenant: one tenant's rows only, which lint proves, so that the tenant itself may run it. platform: everyone's.`,
    `scope: ${scope}`,
    '# The view it is about; docs/tables.md lists them all.',
    `table: ${table}`,
    'expected_scan: what it reads, in words',
    '# Above this many bytes it is asked about, or refused.',
    '# max_bytes: 10000000000',
    '# Types: service, tenant_id, tenant_ids, window, lateness, date, integer, enum, text, trace_id. In the statement each',
    '# stands as {{name}}, without quotes; a window as {{window.start}}, {{window.end}}, {{window.first_dt}}, {{window.last_dt}}.',
    'params:',
    ...params.map((text) => `  - ${text}`),
    '# What it answers, in order. …_micros is shown in whole units, …_attodollars in dollars.',
    'columns:',
    ...columns.map((text) => `  - ${text}`),
    ...(merge === undefined
      ? []
      : [
          '# A list of tenants too long for one statement is read in batches up to this table; the rest is made of all.',
          merge,
        ]),
  ];
  return ['-- ---', ...yaml.map((line) => `-- ${line}`), '-- ---'];
}

const WINDOW = '{ name: window, type: window, required: true, description: what is counted }';
const TENANT = '{ name: tenant_id, type: tenant_id, required: true, description: whose rows }';

function bookingsBody(table: 'ledger' | 'booked_events', scope: 'tenant' | 'platform'): Body {
  const owner = table === 'ledger' ? 'tenant_id' : 'emitter';
  const keys = table === 'ledger' ? [owner, 'service', 'meter', 'unit'] : [owner];
  const sums =
    table === 'ledger'
      ? ['cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros', 'cast(sum(events) as bigint) as events']
      : ['cast(sum(events) as bigint) as events', 'cast(sum(duplicates) as bigint) as duplicates'];
  const text = (name: string): string => `{ name: ${name}, type: varchar, unit: "", description: say what it is }`;
  return {
    params: scope === 'tenant' ? [TENANT, WINDOW] : [WINDOW],
    columns: [
      ...keys.map(text),
      ...(table === 'ledger'
        ? ['{ name: quantity_micros, type: decimal, unit: millionths, description: quantity }']
        : []),
      '{ name: events, type: bigint, unit: entries, description: how many }',
      ...(table === 'ledger'
        ? []
        : ['{ name: duplicates, type: bigint, unit: lines, description: left out because they were counted before }']),
    ],
    statement: [
      'select',
      `  ${keys.join(', ')},`,
      `  ${sums.join(',\n  ')}`,
      `from ${table}`,
      'where event_hour >= {{window.start}} and event_hour < {{window.end}}',
      ...(scope === 'tenant' ? [`  and ${owner} = {{tenant_id}}`] : []),
      `group by ${keys.join(', ')}`,
      `order by ${keys.join(', ')}`,
    ],
  };
}

function linesBody(table: 'events' | 'event_usage', scope: 'tenant' | 'platform'): Body {
  const partition = table === 'events' ? 'tenant_id' : 'emitter';
  const keys = table === 'events' ? [partition, 'service_name'] : [partition, 'service', 'meter'];
  const tenants = '{ name: tenant_ids, type: tenant_ids, description: "left out, every tenant of lake and registry" }';
  const owned = scope === 'tenant' && table === 'event_usage' ? ['  and tenant_id = {{tenant_id}}'] : [];
  return {
    params: [
      scope === 'tenant' ? TENANT : tenants,
      WINDOW,
      '{ name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }',
      '{ name: limit, type: integer, default: 100, min: 1, max: 10000, description: rows to show }',
    ],
    columns: [
      ...keys.map((name) => `{ name: ${name}, type: varchar, unit: "", description: say what it is }`),
      '{ name: lines, type: bigint, unit: lines, description: how many }',
    ],
    ...(scope === 'tenant' ? {} : { merge: 'merge: { after: counted }' }),
    statement: [
      'with counted as (',
      '  -- A line that was delivered twice lies in the lake twice.',
      `  select ${keys.join(', ')}, count(distinct event_id) as lines`,
      `  from ${table}`,
      `  where ${partition} ${scope === 'tenant' ? '= {{tenant_id}}' : 'in ({{tenant_ids}})'}`,
      ...owned.map((text) => `  ${text}`),
      '    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}',
      '    and event_time >= {{window.start}} and event_time < {{window.end}}',
      `  group by ${keys.join(', ')}`,
      ')',
      `select ${keys.join(', ')}, lines`,
      'from counted',
      `order by lines desc, ${keys.join(', ')}`,
      'limit {{limit}}',
    ],
  };
}
