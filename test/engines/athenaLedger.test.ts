import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openAthena } from '../../queries/engines/athena/openAthena.js';
import { maintenanceStatements } from '../../queries/index.js';
import type { IcebergLedger } from '../../queries/ledger/iceberg/IcebergLedger.js';
import { rebuildIcebergLedger } from '../../queries/ledger/iceberg/rebuildIcebergLedger.js';
import { verifyIcebergLedger } from '../../queries/ledger/iceberg/verifyIcebergLedger.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { type AthenaFront, athenaInFrontOf } from './athenaInFrontOf.js';
import { deployLines } from './athenaOnTrino.js';
import { type BothLedgers, bothLedgers, NOON, trinoSession } from './icebergHarness.js';

const trino = inject('trino');
const NAME = 'athena_ledger';

describe.skipIf('missing' in trino)('a ledger built through the client of Athena', () => {
  const { server, root } = 'missing' in trino ? { server: '', root: '' } : trino;
  let both: BothLedgers;
  let front: AthenaFront;
  let ledger: IcebergLedger;

  beforeAll(async () => {
    if ('missing' in trino) return;
    both = await bothLedgers(trino, NAME);
    const rough = '--duplicates 0.2 --late --hostile --tenants 4 --hours 3 --history 24h --end 2026-11-24';
    for (const seed of ['3', '4']) {
      const simulation = `${both.lake}-simulation-${seed}`;
      const lake = ['--config', `${simulation}/tenantscope.yaml`, '--lake', both.lake];
      const options = `--scenario pooled ${rough} --seed ${seed}`.split(' ');
      await tenantscopeOk(['simulate', ...options, '--out', simulation]);
      await tenantscopeOk(['run', ...lake, '--input', `${simulation}/records`]);
    }
    const session = trinoSession(server);
    await deployLines(session, root, NAME);
    front = await athenaInFrontOf(session, NAME);
    const s3 = new S3Client({ region: 'eu-west-1' });
    ledger = {
      session: openAthena({ database: NAME, workgroup: 'ledger' }, { athena: front.athena, s3 }),
      place: { dialect: 'athena', catalog: 'awsdatacatalog', schema: NAME, warehouse: 's3://lake/ledger/tables' },
      objects: { name: `"${NAME}"."events"`, location: `local:///${NAME}` },
    };
  });
  afterAll(() => front?.stop());

  it('equals one built on DuckDB', async () => {
    const built = await both.onTrino({ ledger });
    expect(built).toMatchObject({ bookings: 1, strays: [] });
    const { strays: _, ...summary } = built;
    expect(await both.onDuckDb()).toEqual(summary);
    const rows = await both.rowsOnTrino();
    expect(rows).toEqual(await both.rowsOnDuckDb());
    expect(rows.usage?.length).toBeGreaterThan(20);
    expect(front.statements.some((sql) => sql.startsWith('CREATE TABLE IF NOT EXISTS `athena_ledger`.`usage`'))).toBe(
      true,
    );
  });

  it('is built from nothing by a rebuild, when a date is not what the log gives, and equals one built on DuckDB again', async () => {
    await trinoSession(server).run(`update "iceberg"."${NAME}"."usage" set quantity_micros = quantity_micros + 1`);
    const rebuilt = await rebuildIcebergLedger({ ...both.options(), ledger });
    expect(rebuilt).toEqual({ bookings: 1, replaced: ['2026-12-02'] });
    expect(await both.rowsOnTrino()).toEqual(await both.rowsOnDuckDb());
    expect(front.statements.some((sql) => sql.startsWith(`DROP TABLE IF EXISTS \`${NAME}\`.\`bookings\``))).toBe(true);
  });

  it('has nothing to do the second time, is verified, and stays the same when its tables are maintained', async () => {
    const before = await both.rowsOnTrino();
    expect(await both.onTrino({ ledger })).toMatchObject({ bookings: 0, objects: 0 });
    const log = await readLog(both.lake);
    expect(await verifyIcebergLedger({ ledger, log, clock: () => NOON })).toMatchObject({ ok: true, bookings: 1 });
    for (const statement of maintenanceStatements(ledger.place)) await ledger.session.run(statement);
    expect(await both.rowsOnTrino()).toEqual(before);
  });
});
