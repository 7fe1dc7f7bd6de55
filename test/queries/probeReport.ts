import { parseReport } from '../../queries/reports/parseReport.js';
import type { Report } from '../../queries/reports/Report.js';

/** A report with one parameter of this type and this statement. */
export function probeReport(type: string, sql: string, more = ''): Report {
  const lines = [
    '-- ---',
    '-- name: probe',
    '-- title: Probe',
    '-- owner: test',
    '-- description: Probe',
    '-- table: ledger',
    '-- expected_scan: none',
    '-- params:',
    `--   - { name: p, type: ${type}, required: true, description: p${more} }`,
    '-- columns: []',
    '-- ---',
    sql,
  ];
  return parseReport(lines.join('\n'), 'probe.sql');
}
