import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildRegistry, EVENT_COLUMNS, LAKE } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import { buildLedger, loadCatalogue, parseParameters } from '../../queries/index.js';
import { askForTexts, EXPECTED_TEXTS } from '../queries/askForTexts.js';
import { INJECTIONS } from '../queries/injections.js';
import { answerOf, type Engines, openEngines } from './compareEngines.js';
import { deliverObjects } from './deliverObjects.js';
import { writeParquet } from './writeParquet.js';

const trino = inject('trino');
const WINDOW = { start: Date.parse('2026-11-22T00:00Z'), end: Date.parse('2026-11-23T00:00Z') };
const REPORTS = loadCatalogue().flatMap((report) =>
  report.params.filter(({ type }) => type === 'text').map(({ name }) => ({ report, parameter: name })),
);

/** A lake in which a tenant printed each text of the corpus once, and so did another tenant, whose lines are a secret. */
async function writeLake(lake: string): Promise<void> {
  const objects = [];
  for (const tenant of ['acme', 'globex']) {
    const path = `${LAKE.events}/tenant_id=${tenant}/dt=2026-11-22/x.parquet`;
    const rows = INJECTIONS.map((text, index) => ({
      event_id: sqlText(`${tenant} ${index}`),
      id_hour: "timestamp '2026-11-22 10:00:00'",
      event_time: "timestamp '2026-11-22 10:00:00'",
      arrival_time: "timestamp '2026-11-22 10:00:00'",
      format: "'text'",
      body: sqlText(text),
    }));
    await writeParquet(join(lake, path), EVENT_COLUMNS, rows);
    objects.push({ path, rows: rows.length });
  }
  deliverObjects(lake, { objects });
  await buildLedger({ lake, clock: () => WINDOW.end, memoryMb: 256, threads: 1 });
}

describe.skipIf('missing' in trino)('text that looks like SQL', () => {
  let engines: Engines;
  beforeAll(async () => {
    if ('missing' in trino) return;
    const lake = join(trino.root, 'injections');
    await writeLake(lake);
    const registry = buildRegistry({ tenants: [] });
    engines = await openEngines(trino.server, { lake, location: 'local:///injections', listPrices: [], registry });
  });
  afterAll(() => engines?.close());

  it('comes back from Trino as it was given, and is found as it is written', async () => {
    expect(await askForTexts(engines.trino)).toEqual(EXPECTED_TEXTS);
  });

  it('has a report to go into', () => {
    expect(REPORTS).not.toEqual([]);
  });

  it.each(REPORTS)(
    'finds in $report.name, as its $parameter, the lines that hold it',
    async ({ report, parameter }) => {
      for (const text of INJECTIONS) {
        const values = parseParameters(report, ['tenant_id=acme', `${parameter}=${text}`], { window: WINDOW });
        const answer = await answerOf(engines.trino, report, values);
        expect(answer, text).toStrictEqual(await answerOf(engines.duckdb, report, values));
        const at = (name: string): number => answer.columns.findIndex((column) => column.name === name);
        const found = answer.rows.map((row) => ({ id: row[at('event_id')], body: row[at('body')] }));
        const expected = INJECTIONS.flatMap((body, index) =>
          body.includes(text) ? [{ id: `acme ${index}`, body }] : [],
        );
        expect(new Set(found), text).toEqual(new Set(expected));
        expect(found).toHaveLength(expected.length);
      }
    },
  );
});
