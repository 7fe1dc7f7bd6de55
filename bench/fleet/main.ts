import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tenantName } from '../ledger/benchLake.js';
import { fleetConfig, writeFleet } from './fleetLake.js';

/** What one command took: its own process, from its start to its end. */
interface Use {
  readonly wall_ms: number;
  readonly cpu_ms: number;
  readonly peak_mb: number;
}

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '10000' },
    days: { type: 'string', default: '16' },
    folder: { type: 'string' },
  },
});
const fleet = { tenants: Number(values.tenants), days: Number(values.days) };
const root = values.folder ?? mkdtempSync(join(tmpdir(), 'tenantscope-bench-fleet-'));
const log = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const COMMANDS: readonly (readonly string[])[] = [
  ['report', 'run', 'tenant-share', '--param', 'service=DynamoDB', '--last', '24h'],
  ['report', 'run', 'service-by-tenant-matrix', '--last', '7d'],
  ['report', 'run', 'allocation-base', '--last', '7d'],
  ['report', 'run', 'completeness', '--param', 'show=doubtful', '--last', '7d'],
  ['detect', '--last', '24h', '--json'],
  ['dashboard', 'build', '--out', join(root, 'page.html')],
  ['dashboard', 'build', '--tenant', tenantName(Math.min(7, fleet.tenants - 1)), '--out', join(root, 'customer.html')],
];

try {
  if (!existsSync(join(root, 'tenantscope.yaml'))) {
    mkdirSync(root, { recursive: true });
    log(`a lake of ${fleet.tenants} tenants and ${fleet.days} days`);
    const bytes = await writeFleet(join(root, 'lake'), fleet, cpus().length);
    writeFileSync(join(root, 'tenantscope.yaml'), fleetConfig(fleet, join(root, 'lake')));
    log(`${(bytes / 1e6).toFixed(0)} MB in ${fleet.tenants * fleet.days} objects`);
  }
  const figures: Record<string, { 's by the clock': string; 's of processor': string; 'MB at most': string }> = {};
  const before = loadavg()[0] ?? 0;
  for (const command of COMMANDS) {
    log(command.join(' '));
    const { wall_ms: wall, cpu_ms: cpu, peak_mb: peak } = run(command);
    const name = command.filter((word) => !word.includes(root)).join(' ');
    figures[name] = {
      's by the clock': (wall / 1000).toFixed(1),
      's of processor': (cpu / 1000).toFixed(1),
      'MB at most': peak.toFixed(0),
    };
  }
  const load = [before, loadavg()[0] ?? 0].map((at) => at.toFixed(1)).join(' to ');
  console.log(`Node ${process.version}, ${cpus().length} processors, load ${load}`);
  console.table(figures);
  for (const page of ['page.html', 'customer.html'])
    console.log(`${page}: ${(statSync(join(root, page)).size / 1e6).toFixed(2)} MB`);
} finally {
  if (values.folder === undefined) rmSync(root, { recursive: true, force: true });
}

function run(command: readonly string[]): Use {
  const use = join(root, 'use.json');
  const of = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', of('tellUse.js'), of('../../cli/main.js'), ...command, '--config', join(root, 'tenantscope.yaml')],
    { env: { ...process.env, BENCH_USE: use }, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(use, 'utf8')) as Use;
}
