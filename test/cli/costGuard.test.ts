import { describe, expect, it } from 'vitest';
import { type CostFlags, guardCost, scanLimits } from '../../cli/costGuard.js';
import { configSchema } from '../../model/index.js';
import { type Engine, findReport, type ScanEstimate } from '../../queries/index.js';
import { fakeContext } from './fakeContext.js';

const estimate: ScanEstimate = {
  files: [],
  partitions: [],
  lowBytes: 1_000_000,
  highBytes: 12_000_000,
  lowUsd: '0.00005',
  highUsd: '0.00006',
  usdPerTb: 5,
  filesUnread: 0,
};
const free = { gaps: [] } as unknown as Engine;
const billed = { ...free, usdPerTb: 5 };
const report = findReport('top-tenants');
const config = configSchema.parse({});
const above = { maxBytes: { bytes: 10, from: '--max-bytes' } };
const guard = (
  flags: CostFlags,
  options: Parameters<typeof fakeContext>[0] = {},
  found: ScanEstimate | undefined = estimate,
) => {
  const context = fakeContext(options);
  return { context, done: guardCost(above, async () => found, flags, context) };
};

describe('scanLimits', () => {
  it('are the flags’, else the report’s, else the project’s; dollars nobody asked about hold where reading costs', () => {
    expect(scanLimits({}, report, free, config)).toEqual({});
    expect(scanLimits({}, report, billed, config)).toEqual({ maxCostUsd: { usd: '1', from: 'reports.max_cost_usd' } });
    expect(scanLimits({ maxBytes: '10GB', maxCost: '0.50' }, report, free, config)).toEqual({
      maxBytes: { bytes: 10_000_000_000, from: '--max-bytes' },
      maxCostUsd: { usd: '0.50', from: '--max-cost' },
    });
    const own = { ...report, max_bytes: 5 };
    const project = configSchema.parse({ reports: { max_bytes: 9, max_cost_usd: '0.2' } });
    expect(scanLimits({}, own, free, project)).toEqual({ maxBytes: { bytes: 5, from: 'max_bytes of top-tenants' } });
    expect(scanLimits({}, report, billed, project)).toEqual({
      maxBytes: { bytes: 9, from: 'reports.max_bytes' },
      maxCostUsd: { usd: '0.2', from: 'reports.max_cost_usd' },
    });
    expect(scanLimits({ maxBytes: '7' }, own, free, project).maxBytes?.bytes).toBe(7);
  });

  it.each(['', '-1', '1e3', '$1', '0,5', 'free'])('--max-cost %j is refused', (maxCost) => {
    expect(() => scanLimits({ maxCost }, report, free, config)).toThrow(/--max-cost is not usable/);
  });
});

describe('guardCost', () => {
  it('asks for no estimate where there is no limit', async () => {
    const never = () => Promise.reject(new Error('asked'));
    await guardCost({}, never, {}, fakeContext());
  });

  it('lets a report run within its limits', async () => {
    await guardCost({ maxBytes: { bytes: 12_000_000, from: 'x' } }, async () => estimate, {}, fakeContext());
  });

  it('refuses one above them, with the estimate and the flags that would allow it', async () => {
    await expect(guard({}).done).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(guard({}).done).rejects.toThrow(
      /at most 10 bytes \(--max-bytes\), got an estimate of 1\.0 MB to 12\.0 MB \(0\.00005 to 0\.00006 USD\)\n.*--max-bytes 12000000 or --yes/,
    );
  });

  it('runs it because of --yes, and says so', async () => {
    const { context, done } = guard({ yes: true });
    await done;
    expect(context.written().stderr).toMatch(/above the limit of 10 bytes.*because of --yes/);
  });

  it('asks where somebody is there to be asked, and only yes is yes', async () => {
    for (const typed of ['y\n', 'YES\n']) await guard({}, { terminal: true, typed }).done;
    for (const typed of ['n\n', '\n', 'yesterday\n']) {
      const { context, done } = guard({}, { terminal: true, typed });
      await expect(done).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(context.written().stderr).toContain('Run it? [y/N]');
    }
    await expect(guard({ input: false }, { terminal: true, typed: 'y\n' }).done).rejects.toThrow();
    await expect(guard({}, { typed: 'y\n' }).done).rejects.toThrow();
  });

  it('does not pretend to keep a limit on an engine that cannot say what it reads', async () => {
    const silent = async () => undefined;
    await expect(guardCost(above, silent, { maxBytes: '10' }, fakeContext())).rejects.toMatchObject({ code: 'USAGE' });
    await guardCost(above, silent, {}, fakeContext());
  });
});
