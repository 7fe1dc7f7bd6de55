import {
  docsTable,
  ERROR_CODES,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  LEDGER_COLUMNS,
  METERS,
  QUARANTINE_COLUMNS,
} from '../../model/index.js';
import { loadCatalogue } from '../../queries/index.js';
import { code, page, table } from './markdown.js';

/** Every error code with its exit code. */
export function errorsReference(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { exitCode, meaning }]) => [
    code(name),
    String(exitCode),
    meaning,
  ]);
  const byExit = rows.toSorted((a, b) => Number(a[1]) - Number(b[1]));
  return page(
    'Errors and exit codes',
    'model/errors/errorCodes.ts',
    'An error ends with its code in brackets. Exit codes follow sysexits(3) and do not change. 0 is success, 143 SIGTERM.',
    table(['code', 'exit', 'meaning'], byExit),
  );
}

/** The columns of the tables people query. */
export function columnsReference(): string {
  const tables: readonly [string, Parameters<typeof docsTable>[0]][] = [
    ['events: partitions', EVENT_PARTITION_COLUMNS],
    ['events', EVENT_COLUMNS],
    ['event_usage', EVENT_USAGE_COLUMNS],
    ['ledger', LEDGER_COLUMNS],
    ['quarantine', QUARANTINE_COLUMNS],
    ['heartbeats', HEARTBEAT_COLUMNS],
  ];
  return page(
    'Columns',
    'model/tables/',
    'Types as Trino and Athena write them. What the tables mean, and the rest of them, is in [tables.md](../tables.md).',
    ...tables.map(([name, columns]) => `## ${name}\n\n${docsTable(columns)}`),
  );
}

/** Every built-in meter. */
export function metersReference(): string {
  return page(
    'Meters',
    'model/usage/meters.ts',
    'What is metered without any setting. A `sum` adds up; a `sampled` one does too, in time; of a `counter` the rise counts; of a `distinct` one each member counts once a month. Quantities are exact to a millionth.',
    table(
      ['service', 'meter', 'unit', 'kind', 'meaning'],
      METERS.map(({ service, meter, unit, kind, description }) => [service, code(meter), unit, kind, description]),
    ),
  );
}

/** The saved reports with what they take and answer. */
export function catalogueReference(): string {
  const reports = loadCatalogue();
  return page(
    'Saved reports',
    'queries/catalogue/',
    'Run one with `tenantscope report run NAME`. A window is given with `--since` and `--until`, or `--last`. Reports of the scope `tenant` read one tenant alone, and may be run as that tenant.',
    table(
      ['report', 'answers'],
      reports.map(({ name, title }) => [`[${code(name)}](#${name})`, title]),
    ),
    ...reports.map((report) =>
      [
        `## ${report.name}`,
        `${report.description.trim()}`,
        `Scope: ${report.scope}. Reads: ${code(report.table)}, ${report.expected_scan}`,
        table(
          ['parameter', 'type', 'default', 'meaning'],
          report.params.map((one) => [
            code(one.name),
            one.values === undefined ? one.type : `one of ${one.values.join(', ')}`,
            one.required ? 'required' : code(one.default === undefined ? '' : String(one.default)),
            one.description,
          ]),
        ),
        table(
          ['column', 'type', 'unit', 'meaning'],
          report.columns.map(({ name, type, unit, description }) => [code(name), type, unit, description]),
        ),
      ].join('\n\n'),
    ),
  );
}
