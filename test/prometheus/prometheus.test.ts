import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { METRICS, sampleName } from '../../serve/metrics/metricList.js';
import { OTHER_TENANTS } from '../../serve/metrics/servedMetrics.js';
import { promtool, withPrometheus } from './prometheusBinaries.js';
import { HOSTILE_SERVICE, type ServedFacts, serveFacts } from './serveFacts.js';
import { type Prometheus, startPrometheus } from './startPrometheus.js';

const page = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8');
/** A block of docs/serve.md by its first line. */
function shown(first: string): string {
  const start = page.indexOf(`\`\`\`yaml\n${first}\n`);
  expect(start, first).toBeGreaterThan(0);
  return page.slice(start + '```yaml\n'.length, page.indexOf('```', start + 3));
}

withPrometheus('a real Prometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantscope-rules-'));
  let served: ServedFacts;
  let prometheus: Prometheus;

  beforeAll(async () => {
    served = await serveFacts();
    const config = parse(shown('# prometheus.yml'));
    config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
    for (const one of config.scrape_configs) {
      one.scrape_interval = '1s';
      one.static_configs = [{ targets: [new URL(served.url).host] }];
    }
    // What the rules wait for is theirs to say; that they fire is what is looked at here.
    const rules = shown('# tenantscope-rules.yml').replace(/for: \w+/g, 'for: 0s');
    prometheus = await startPrometheus(stringify(config), { 'tenantscope-rules.yml': rules });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits for what must come; a test that waits for ever fails by its own limit. */
  async function value(expression: string): Promise<number> {
    for (;;) {
      const [first] = await prometheus.query(expression);
      if (first !== undefined) return Number(first.value[1]);
      await sleep(100);
    }
  }

  it('scrapes OpenMetrics without an error, every metric of the list among it', async () => {
    await value('up == 1');
    const targets = await prometheus.api<{ activeTargets: { lastError: string; health: string }[] }>('targets');
    expect(targets.activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
    expect(served.asked().some((accept) => accept.includes('openmetrics'))).toBe(true);
    for (const metric of Object.values(METRICS)) {
      expect(await prometheus.query(sampleName(metric)), metric.name).not.toEqual([]);
    }
    const known = await prometheus.api<Record<string, { type: string; unit: string; help: string }[]>>('metadata');
    expect(known.tenantscope_data_lag_seconds).toEqual([
      { type: 'gauge', unit: 'seconds', help: METRICS.dataLag.help },
    ]);
  });

  it('has the values as they were read, hostile names as they are, and shares that add up', async () => {
    expect(await value('tenantscope_tenant_share_ratio{service="DynamoDB",tenant_id="acme"}')).toBe(0.3);
    expect(await value('sum(tenantscope_tenant_share_ratio{service="DynamoDB"})')).toBeCloseTo(1, 9);
    expect(await value(`tenantscope_tenant_share_ratio{service="DynamoDB",tenant_id="${OTHER_TENANTS}"}`)).toBe(0.4);
    const services = (await prometheus.query('tenantscope_active_tenants')).map(({ metric }) => metric.service);
    expect(services).toContain(HOSTILE_SERVICE);
  });

  it('keeps the rules that the docs show, and they fire for what they are for', async () => {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, shown('# tenantscope-rules.yml'));
    expect(promtool(['check', 'rules', file])).toMatch(/SUCCESS: \d+ rules found/);
    const firing = async (): Promise<Set<string | undefined>> =>
      new Set((await prometheus.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname));
    for (;;) {
      const names = await firing();
      if (names.size >= 3) break;
      await sleep(100);
    }
    // The sample's last hour is long past, acme's budget burns, and the last reading failed.
    expect([...(await firing())].sort()).toEqual([
      'TenantscopeBudgetBurns',
      'TenantscopeDataLate',
      'TenantscopeReadingFails',
    ]);
  });

  it('answers every query of the dashboard in examples/grafana', async () => {
    const dashboard = JSON.parse(
      readFileSync(new URL('../../examples/grafana/tenantscope-metrics.json', import.meta.url), 'utf8'),
    ) as { panels: { targets?: { expr: string }[] }[] };
    const chosen = (expr: string): string => expr.replaceAll('$service', 'DynamoDB').replaceAll('$meter', 'read_units');
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr } of targets) {
        // Throws for what is no PromQL. A mean of seven days needs more than the seconds this test lasts.
        let found = await prometheus.query(chosen(expr));
        // A rate needs two values, which take two scrapes.
        while (found.length === 0 && !expr.includes('[7d]')) {
          await sleep(100);
          found = await prometheus.query(chosen(expr));
        }
      }
    }
  });

  it('is well named: promtool has nothing to say of the text format', async () => {
    const text = await fetch(`${served.url}metrics`).then((answer) => answer.text());
    expect(text).not.toMatch(/^# EOF$/m);
    expect(promtool(['check', 'metrics'], text)).toBe('');
  });
});
