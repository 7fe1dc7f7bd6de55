import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  beginClose,
  type CloseRequest,
  closePeriod,
  exportPeriod,
  listPeriods,
  localHome,
  reopenPeriod,
  verifyPackage,
} from '../../../billing/index.js';
import { cardOf, folderOf, reads, requestOf, tenantsOf, type Used } from '../billFixture.js';
import { closingIn, late, november, rowsOf, sum, unrounded } from './closeFixture.js';

const folder = folderOf('close');
const at = closingIn(folder);
afterAll(() => folder.remove());
let homes = 0;

describe('a close', () => {
  it('freezes, is approved by name, and is the same on another day, whatever was booked or changed since', async () => {
    const began = await at('2026-12-03', 'close', november, async (request) => {
      await beginClose(request, 'anna');
      return exportPeriod(request);
    });
    expect(began.manifest).toMatchObject({
      status: 'provisional',
      source: { booked_through: '2026-12-01' },
      closed: null,
    });
    const closed = await at('2026-12-10', 'close', [...november, late], (request) => closePeriod(request, 'berta'), {
      rateCards: [cardOf(reads('99'))],
      tenants: tenantsOf({ id: 'acme', name: 'Renamed' }),
    });
    expect(closed.manifest).toMatchObject({
      status: 'final',
      version: 2,
      created_at: '2026-12-10T06:30:00Z',
      closed: { prepared_by: 'anna', approved_by: 'berta' },
      control_totals: { billed_cost_by_currency: { USD: '0.00' } },
    });
    expect(sum(unrounded(rowsOf(closed)))).toBe('0.000375');
    expect((await verifyPackage(closed.folder, undefined)).ok).toBe(true);
    const again = await at('2027-03-01', 'close', [...november, late], (request) => exportPeriod(request));
    expect([again.isNew, again.sha256]).toEqual([false, closed.sha256]);
    expect(await listPeriods(localHome(folder.at('close')), 'tenantscope')).toMatchObject([
      {
        period: '2026-11',
        state: 'closed',
        begun: 'anna',
        approved: 'berta',
        closed: { version: 2, billed: '0.00 USD' },
      },
    ]);
    const twice = at('2026-12-11', 'close', november, (request) => closePeriod(request, 'carl'));
    await expect(twice).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('by berta'),
    });
  });

  it('bills what comes late as corrections of the next period, with the original days and charges', async () => {
    const [december] = await at('2026-12-10', 'close', [...november, late], async (request) => [
      await exportPeriod({ ...request, period: '2026-12' }),
    ]);
    expect(rowsOf(december)).toMatchObject([
      {
        ChargeClass: 'Correction',
        ChargeCategory: 'Usage',
        BillingPeriodStart: '2026-12-01T00:00:00Z',
        ChargePeriodStart: '2026-11-02T00:00:00Z',
        PricingQuantity: '4',
        BilledCost: '0.00006',
      },
      { ServiceName: 'Rounding' },
    ]);
    const original = rowsOf(await at('2027-01-01', 'close', november, (request) => exportPeriod(request)));
    expect(rowsOf(december)[0]?.x_CorrectsChargeId).toBe(original[0]?.x_ChargeId);
    expect(december.manifest.corrections).toEqual({ count: 1, net_amount: '0.00006' });
    expect((await verifyPackage(december.folder, undefined)).ok).toBe(true);
    const january = await at('2026-12-10', 'close', [...november, late], (request) =>
      exportPeriod({ ...request, period: '2027-01' }),
    );
    expect(january.manifest.corrections.count).toBe(0);
  });

  it('comes out in another version of FOCUS, and not once the ledger holds other usage of it, as after an erasure', async () => {
    await at('2026-12-03', 'erased', november, (request) => closePeriod(request, 'anna'));
    const older = await at('2026-12-10', 'erased', november, (request) =>
      exportPeriod({ ...request, settings: { ...request.settings, focusVersion: '1.2' } }),
    );
    expect(older.manifest).toMatchObject({ version: 2, status: 'final', focus_version: '1.2' });
    const erased = november.map(([tenant, ...rest]): Used => [tenant === 'globex' ? '_erased' : tenant, ...rest]);
    for (const used of [erased, november.slice(1)]) {
      const again = at('2026-12-11', 'erased', used, (request) => exportPeriod(request));
      await expect(again).rejects.toMatchObject({
        code: 'CHECK_FAILED',
        message: expect.stringContaining('no longer comes out as it was closed'),
      });
    }
    const versions = readdirSync(folder.at('erased/tenantscope/BILLING_PERIOD=2026-11')).sort();
    expect(versions).toEqual(['LATEST.json', 'version=0001', 'version=0002']);
  });

  it('is won by one of two at once, and the other is told by whom', async () => {
    const results = await at('2026-12-03', 'race', november, (request) =>
      Promise.allSettled(['anna', 'berta'].map((name) => closePeriod(request, name))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lost] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(['LAKE_BUSY', 'PERMISSION_DENIED']).toContain(lost.code);
    expect(lost.message).toMatch(/by (anna|berta)/);
    const entries = readdirSync(folder.at('race/tenantscope/periods'));
    expect(entries).toEqual(['0000000001.json', '0000000002.json', '0000000003.json']);
    expect(readdirSync(folder.at('race/tenantscope/BILLING_PERIOD=2026-11')).sort()).toEqual([
      'LATEST.json',
      'version=0001',
    ]);
  });

  it('that was cut short is finished by the same person with the same package', async () => {
    const stopped = await at('2026-12-03', 'short', november, async (request) => {
      await beginClose(request, 'anna');
      const broken = {
        ...request,
        generator: {
          name: 'x',
          get version(): string {
            throw new Error('killed');
          },
        },
      };
      return closePeriod(broken, 'anna').catch((error: Error) => error.message);
    });
    expect(stopped).toContain('killed');
    const other = at('2026-12-04', 'short', november, (request) => closePeriod(request, 'berta'));
    await expect(other).rejects.toMatchObject({
      code: 'LAKE_BUSY',
      message: expect.stringContaining('approved by anna'),
    });
    const finished = await at('2026-12-04', 'short', [...november, late], (request) => closePeriod(request, 'anna'));
    expect(finished.manifest).toMatchObject({ version: 1, created_at: '2026-12-03T06:30:00Z' });
  });

  it('can be given up before it is approved, and not after', async () => {
    await at('2026-12-03', 'reopen', november, async (request) => {
      await beginClose(request, 'anna');
      await expect(beginClose(request, 'berta')).rejects.toMatchObject({ code: 'LAKE_BUSY' });
      await reopenPeriod(request, 'anna', 'wrong price');
      expect(await listPeriods(request.home, 'tenantscope')).toEqual([]);
      await closePeriod(request, 'anna');
      await expect(reopenPeriod(request, 'anna', 'again')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });
  });
});

describe('a close is refused', () => {
  const refused = (today: string, used: readonly Used[], more: Partial<CloseRequest> = {}) =>
    at(today, `refused-${homes++}`, used, (request) => closePeriod(request, 'anna'), more);

  it('while the month is not over, or nothing is sealed', async () => {
    await expect(refused('2026-11-20', november)).rejects.toThrow(
      /the month is not over: expected data through 2026-12-01/,
    );
    await expect(refused('2026-12-01', november)).rejects.toThrow(/no date of booking is sealed/);
  });

  it('while usage was booked on a date that is not over, naming tenants and hours, unless it is left to corrections', async () => {
    const today = [...november, ['acme', 'DynamoDB.read_units', '2026-11-04 07', 1, '2026-12-03'] as Used];
    await expect(refused('2026-12-03', today)).rejects.toThrow(/acme 2026-11-04 07:00, booked 2026-12-03/);
    const left = await refused('2026-12-03', today, { leaveLate: true });
    expect(sum(unrounded(rowsOf(left)))).toBe('0.000375');
  });

  it('while hours are incomplete, naming tenants and hours, unless that is accepted with a reason', async () => {
    // What the engine answers where a pod fell silent: the judging itself has tests of its own.
    const hour = {
      ...{ tenant_id: 'globex', hour: '2026-11-04T07:00:00.000Z', state: 'incomplete', agents: 1, lines_sent: 9 },
      ...{
        lines_missing: 2,
        lines_declared: 0,
        silent_pods: 0,
        waiting_pods: 0,
        uncounted_pods: 0,
        unbooked_objects: 0,
      },
    };
    const answers = (sql: string) => {
      if (sql.startsWith('select count(*) from (')) return { columns: ['n'], rows: [[1]] };
      if (sql.startsWith('select s.* from (')) return { columns: Object.keys(hour), rows: [Object.values(hour)] };
      if (sql.startsWith('select distinct s.tenant_id')) return { columns: [], rows: [['globex', '2026-11-03']] };
      return undefined;
    };
    const home = `refused-${homes++}`;
    await at('2026-12-03', home, november, async (request) => {
      const engine = { ...request.engine, query: async (sql: string) => answers(sql) ?? request.engine.query(sql) };
      await expect(closePeriod({ ...request, engine }, 'anna')).rejects.toThrow(
        /1 tenant-hour\(s\) are not complete[\s\S]*globex 2026-11-04 07:00: incomplete, 2 of 9 lines sent are not booked/,
      );
      expect(await listPeriods(request.home, 'tenantscope')).toEqual([]);
      const acceptIncomplete = 'disk of node 7 lost';
      const closed = await closePeriod({ ...request, engine, acceptIncomplete }, 'anna');
      expect(closed.manifest.source.accepted_incomplete).toBe(acceptIncomplete);
      const quality = unrounded(rowsOf(closed)).map((row) => [row.SubAccountId, row.x_UsageQuality]);
      expect(quality).toEqual([
        ['acme', 'measured'],
        ['globex', 'partial'],
      ]);
    });
  });

  it('without a provider, and out of order', async () => {
    const { settings } = requestOf({} as never, '');
    await expect(
      refused('2026-12-03', november, { settings: { ...settings, provider: 'Unnamed provider' } }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await at('2026-12-03', 'order', november, async (request) => {
      await closePeriod(request, 'anna');
      await expect(closePeriod({ ...request, period: '2026-10' }, 'anna')).rejects.toThrow(
        /expected 2026-12, got 2026-10/,
      );
    });
  });
});
