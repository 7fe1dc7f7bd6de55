import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  lintReport,
  parseParameters,
  reportTemplate,
  runReport,
  TEMPLATE_TABLES,
  templateTable,
} from '../../queries/index.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import { fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'template-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a new report', () => {
  it.each(
    TEMPLATE_TABLES.flatMap((table) => (['platform', 'tenant'] as const).map((scope) => [table, scope] as const)),
  )('on %s for %s is one that lint takes and an engine answers, with the columns it declares', async (table, scope) => {
    const report = parseReport(reportTemplate('my-report', table, scope), 'my-report.sql');
    expect(report).toMatchObject({ name: 'my-report', table, scope });
    expect(lintReport(report)).toEqual([]);
    const engine = await fixtureEngine(root, { tenants: [{ tenant_id: 'acme', name: '', plan: '' }] });
    const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
    const pairs = scope === 'tenant' ? ['tenant_id=acme'] : [];
    const result = await runReport(engine, report, parseParameters(report, pairs, { window }));
    await engine.close();
    expect(result.rows).toEqual([]);
    expect(result.warnings.join()).not.toMatch(/mend its header/);
  });

  it.each(['', 'A', 'x', 'a b', '../x', '-x', 'x'.repeat(64), 'x.sql'])('is not called %j', (name) => {
    expect(() => reportTemplate(name, 'ledger', 'platform')).toThrow(/not the name of a report/);
  });

  it('takes no built-in name, and names the nearest view', () => {
    expect(() => reportTemplate('top-tenants', 'ledger', 'platform')).toThrow(
      /a built-in report has this name[\s\S]*my-top-tenants/,
    );
    expect(() => templateTable('event')).toThrow(/did you mean events\?/);
  });
});
