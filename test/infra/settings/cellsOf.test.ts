import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../infra/settings/cellsOf.js';
import { cellCapacity, partitionAlarm } from '../../../planner/index.js';
import { settingsOf } from '../synthesise.js';

const tenants = (count: number, cell: string): string =>
  Array.from({ length: count }, (_, number) => `  - { id: ${cell}-${number}, cell: ${cell} }\n`).join('');
const cells = (configText: string, deployment: object = {}) => {
  return cellsOf(settingsOf(deployment, configText));
};

describe('the cells of a deployment', () => {
  it('are where tenants are placed, and the platform’s', () => {
    expect(cells(`tenants:\n${tenants(2, 'east')}${tenants(1, 'default')}`)).toEqual([
      { id: 'default', stream: 'tenantscope-default', partitionQuota: 500, tenants: 1 },
      { id: 'east', stream: 'tenantscope-east', partitionQuota: 500, tenants: 2 },
      { id: 'platform', stream: 'tenantscope-platform', partitionQuota: 500, tenants: 0 },
    ]);
  });

  it('are one where nothing is known of tenants', () => {
    expect(cells('').map(({ id }) => id)).toEqual(['default', 'platform']);
  });

  it('hold 195 tenants at the default quota and refuse the 196th, with the reason', () => {
    expect(cellCapacity(500)).toBe(195);
    expect(partitionAlarm(500)).toBe(400);
    expect(cells(`tenants:\n${tenants(195, 'default')}`)[0]?.tenants).toBe(195);
    expect(() => cells(`tenants:\n${tenants(196, 'default')}`)).toThrow(/at most 195 tenants.*196 tenants/s);
    expect(cells(`tenants:\n${tenants(195, 'a')}${tenants(1, 'b')}`)).toHaveLength(3);
    expect(cells(`tenants:\n${tenants(196, 'a')}`, { cells: [{ id: 'a', partition_quota: 1000 }] })[0]).toMatchObject({
      partitionQuota: 1000,
    });
  });

  it('have the cell a tenant is being moved from until that is finished, and count it in both', () => {
    const moving = 'tenants:\n  - { id: acme, cell: b, moving_from: a }\n  - { id: globex, cell: b, moving_from: b }\n';
    expect(cells(moving).map(({ id, tenants }) => `${id} ${tenants}`)).toEqual(['a 1', 'b 2', 'platform 0']);
    const full = `tenants:\n${tenants(195, 'a')}  - { id: acme, cell: b, moving_from: a }\n`;
    expect(() => cells(full)).toThrow(/the cell a has more tenants.*196 tenants/s);
  });

  it('do not count who is gone', () => {
    const gone = tenants(200, 'default').replaceAll(' }', ', status: offboarded }');
    expect(cells(`tenants:\n${gone}`)[0]?.tenants).toBe(0);
  });

  it('count who leaves later until that day (regression: a cell was full and took one more)', () => {
    const leaving = (day: string): string =>
      tenants(195, 'default').replaceAll(' }', `, status: offboarded, effective_until: ${day} }`);
    // The app of these tests is built on 2026-11-27.
    expect(cells(`tenants:\n${leaving('2026-11-28')}`)[0]?.tenants).toBe(195);
    expect(() => cells(`tenants:\n${leaving('2026-12-31')}  - { id: acme }\n`)).toThrow(/196 tenants/);
    expect(cells(`tenants:\n${leaving('2026-11-27')}  - { id: acme }\n`)[0]?.tenants).toBe(1);
    const east = 'tenants:\n  - { id: acme, cell: east, status: offboarded, effective_until: 2026-12-01 }\n';
    expect(cells(east).map(({ id }) => id)).toEqual(['east', 'platform']);
  });

  it('are refused when one would share the platform’s stream', () => {
    expect(() => cells('tenants:\n  - { id: acme, cell: platform }\n')).toThrow(/share the platform/);
    expect(() => cells('identity: { platform_stream: tenantscope-default }\n')).toThrow(/share the platform/);
  });

  it('are refused by a name that no stream can have', () => {
    expect(() => cells('tenants:\n  - { id: acme, cell: "East 1" }\n')).toThrow(/got East 1/);
  });
});
