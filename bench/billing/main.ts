import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportPeriod, exportSettings, localHome } from '../../billing/index.js';
import { configSchema } from '../../model/index.js';
import { benchEngine, benchRates, benchTenants } from './benchBill.js';

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '10000' },
    prices: { type: 'string', default: '20' },
    days: { type: 'string', default: '31' },
    keep: { type: 'boolean', default: false },
  },
});
const [tenants, prices, days] = [Number(values.tenants), Number(values.prices), Number(values.days)];
const home = mkdtempSync(join(tmpdir(), 'tenantscope-bench-billing-'));
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 200);
const log = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
try {
  log(`a ledger of ${tenants} tenants × ${prices} meters × ${days} days`);
  const engine = await benchEngine(join(home, 'engine'), tenants, prices, days);
  const begun = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  let shown = begun;
  const written = await exportPeriod({
    ...{ engine, period: '2026-10', home: localHome(join(home, 'billing')), signingKey: undefined },
    settings: exportSettings({ billing: configSchema.parse({ billing: { provider: 'Bench' } }).billing }, '1.4'),
    tenants: benchTenants(tenants),
    rateCards: [benchRates(prices)],
    generator: { name: 'tenantscope', version: 'bench' },
    onProgress: ({ tenants: done, rows }) => {
      if (process.hrtime.bigint() - shown < 5_000_000_000n) return;
      shown = process.hrtime.bigint();
      log(`${done} tenants, ${rows} rows, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
    },
  });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const files = written.manifest.datasets.flatMap((dataset) => dataset.files);
  const { rows } = written.manifest.control_totals;
  await engine.close();
  process.stdout.write(
    `${JSON.stringify({
      ...{ tenants, prices, days, rows, seconds: Number(seconds.toFixed(1)) },
      processor_seconds: Number(((user + system) / 1e6).toFixed(1)),
      rows_per_second: Math.round(rows / seconds),
      peak_rss_mb: Math.round(peak / 1e6),
      written_mb: Math.round(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6),
      parts: files.length,
    })}\n`,
  );
} finally {
  clearInterval(watch);
  if (values.keep) log(`kept ${home}`);
  else rmSync(home, { recursive: true, force: true });
}
