import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRegistry, tenantSchema, type Window } from '../../model/index.js';
import { buildLedger, type Engine, findReport, openDuckDb, parseParameters, runReport } from '../../queries/index.js';
import { agentWriter, type Printed } from './agentLake.js';

const resources = { memoryMb: 128, threads: 1 };
const registry = buildRegistry({
  tenants: [
    tenantSchema.parse({ id: 'acme' }),
    tenantSchema.parse({ id: 'globex' }),
    tenantSchema.parse({ id: 'clock' }),
    tenantSchema.parse({ id: 'far', cell: 'other' }),
  ],
});

/** Makes lakes of agents and lines, booked on the date of `now`, and asks how complete they are. */
export async function openBench(now: number) {
  const root = mkdtempSync(join(tmpdir(), 'completeness-'));
  const writer = await agentWriter();
  let lakes = 0;

  /** A lake with one booking an import. */
  async function lakeOf(...imports: readonly (readonly Printed[])[]): Promise<string> {
    const lake = join(root, `lake-${lakes++}`);
    mkdirSync(lake);
    for (const printed of imports) {
      await writer.add(lake, printed);
      await buildLedger({ lake, clock: () => now, ...resources });
    }
    return lake;
  }

  /** Opens a lake, asks, and closes it. */
  async function asking<T>(lake: string, ask: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await openDuckDb({ lake, ...resources, listPrices: [], registry });
    return ask(engine).finally(() => engine.close());
  }

  /** Rows of the report as `tenant hour state reasons`, and the figure that every output carries. */
  async function judged(lake: string, window: Window): Promise<{ rows: readonly string[]; figure: string }> {
    const report = findReport('completeness');
    const result = await asking(lake, (engine) => runReport(engine, report, parseParameters(report, [], { window })));
    const rows = result.rows.map(([tenant, hour, state, reasons]) =>
      `${tenant} ${String(hour).slice(11, 13)} ${state} ${reasons}`.trim(),
    );
    return { rows, figure: result.stats.completeness };
  }

  return {
    writer,
    lakeOf,
    asking,
    judged,
    close: (): void => {
      writer.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
