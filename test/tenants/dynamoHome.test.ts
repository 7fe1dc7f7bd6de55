import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema, registryOf, withRegistryText } from '../../model/index.js';
import { changeTenant } from '../../tenants/changes/changeTenant.js';
import type { TenantChange } from '../../tenants/changes/TenantChange.js';
import { dynamoHome } from '../../tenants/homes/dynamoHome.js';
import { type ImportedRegistry, importRegistry } from '../../tenants/homes/importRegistry.js';
import { dynamoRegistryStore } from '../../transforms/index.js';
import { FakeTable } from './fakeTable.js';

const NOW = Date.parse('2026-11-27T10:00:00Z');
const made = { clock: () => NOW, dryRun: false };
const GIVEN: ImportedRegistry = {
  tenants: [{ id: 'acme', plan: 'pro', namespaces: ['tenant-acme'], resources: { hosts: ['Acme.example.com.'] } }],
  plans: [{ id: 'pro', ingest_limits: { lines_per_second: 100 } }],
  sharedNamespaces: ['pool'],
  cells: [{ id: 'default', partitionQuota: 1000 }],
};
const add = (id: string, ...namespaces: readonly string[]): TenantChange => ({
  ...{ kind: 'add', id, fields: {}, namespaces, resources: [], cell: undefined, newCell: false },
});
async function tableWith(given: ImportedRegistry = GIVEN): Promise<FakeTable> {
  const table = new FakeTable();
  await importRegistry(table.client, 'registry', given, { dryRun: false });
  return table;
}
const home = (table: FakeTable) => dynamoHome(table.client, 'registry');

describe('a registry in a table', () => {
  it('lies in it as documented, and is read by the transform as it was written', async () => {
    const table = await tableWith();
    expect(table.partition('registry')).toEqual({
      version: { version: 1 },
      'tenant#acme': GIVEN.tenants[0],
      'plan#pro': GIVEN.plans[0],
      'shared#pool': {},
      'cell#default': { partition_quota: 1000 },
    });
    expect(table.partition('claim')).toEqual({
      'namespaces#tenant-acme': { tenant_id: 'acme' },
      'namespaces#pool': { tenant_id: '_shared' },
      'hosts#acme.example.com': { tenant_id: 'acme' },
    });
    const loaded = await dynamoRegistryStore(table.client, 'registry').load(undefined);
    const registry = registryOf(withRegistryText(configSchema.parse({}), loaded?.text ?? '', 'registry'));
    expect(registry.ownerOf('tenant-acme')).toEqual({ kind: 'tenant', tenantId: 'acme' });
    expect(registry.ownerOf('pool')).toEqual({ kind: 'shared' });
    expect(loaded?.version).toBe('1');
  });

  it('raises the version with each change, claims what comes and lets go what goes', async () => {
    const table = await tableWith();
    const planned = await changeTenant(home(table), add('beta', 'b1', 'b2'), made);
    expect(planned.cell).toEqual({ id: 'default', tenants: 2, holds: 395 });
    await changeTenant(
      home(table),
      {
        ...{ kind: 'change', id: 'beta', fields: { name: 'Beta' }, unset: [], addNamespaces: ['b3'] },
        ...{ removeNamespaces: ['b1'], addResources: [], removeResources: [] },
      },
      made,
    );
    expect(table.partition('registry')).toMatchObject({
      version: { version: 3 },
      'tenant#beta': { id: 'beta', name: 'Beta', namespaces: ['b2', 'b3'] },
    });
    const beta = Object.entries(table.partition('claim')).filter(
      ([, claim]) => (claim as { tenant_id: string }).tenant_id === 'beta',
    );
    expect(beta.map(([key]) => key).sort()).toEqual(['namespaces#b2', 'namespaces#b3']);
  });

  it('is not written by a dry run, nor where nothing changes', async () => {
    const table = await tableWith();
    const before = new Map(table.items);
    await changeTenant(home(table), add('beta', 'b'), { clock: () => NOW, dryRun: true });
    await changeTenant(home(table), { kind: 'resume', id: 'acme' }, made);
    expect(table.items).toEqual(before);
  });

  it('says whose problem it is when a change is refused', async () => {
    const table = await tableWith();
    await expect(changeTenant(home(table), add('beta', 'tenant-acme'), made)).rejects.toThrow(
      /tenant beta.*expected a namespace of one owner, got tenant-acme, which acme has already/s,
    );
  });

  it('refuses a name that is claimed behind its back', async () => {
    const table = await tableWith();
    table.items.set('claim|namespaces#b', { pk: { S: 'claim' }, sk: { S: 'namespaces#b' }, tenant_id: { S: 'ghost' } });
    const before = new Map(table.items);
    await expect(changeTenant(home(table), add('beta', 'b'), made)).rejects.toThrow(/claimed, got namespaces#b/);
    expect(table.items).toEqual(before);
  });

  it('thinks anew when somebody else was faster, and gives up when they always are', async () => {
    const table = await tableWith();
    let other = 0;
    table.between = async () => {
      if (other > 0) return;
      other = 1;
      await changeTenant(home(table), add('theirs', 'same'), made);
    };
    await expect(changeTenant(home(table), add('mine', 'same'), made)).rejects.toThrow(/which theirs has already/);
    table.between = () => {
      other += 1;
      const version = { pk: { S: 'registry' }, sk: { S: 'version' }, version: { N: String(100 + other) } };
      table.items.set('registry|version', version);
    };
    await expect(changeTenant(home(table), add('mine', 'm'), made)).rejects.toMatchObject({ code: 'LAKE_BUSY' });
  });

  it('gives a namespace to one tenant only, whoever comes between whom', async () => {
    const wanted = fc.array(fc.tuple(fc.constantFrom('t1', 't2', 't3', 't4'), fc.subarray(['n1', 'n2', 'n3'])), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(wanted, async (asked) => {
        const table = await tableWith({ ...GIVEN, tenants: [] });
        // Each transaction lets the others run before it is looked at.
        table.between = () => new Promise((resolve) => setImmediate(resolve));
        await Promise.allSettled(
          asked.map(([id, namespaces]) => changeTenant(home(table), add(id, ...namespaces), made)),
        );
        const { tenants } = await home(table).read();
        const claims = table.partition('claim');
        const held = tenants.flatMap(({ id, namespaces }) =>
          namespaces.map((name) => [`namespaces#${name}`, { tenant_id: id }]),
        );
        expect(new Set(held.map(([name]) => name)).size).toBe(held.length);
        expect(claims).toEqual({ 'namespaces#pool': { tenant_id: '_shared' }, ...Object.fromEntries(held) });
        expect(table.partition('registry')).toMatchObject({ version: { version: 1 + tenants.length } });
      }),
      { numRuns: 50 },
    );
  });

  it('takes no more at once than a transaction holds', async () => {
    const table = await tableWith();
    const names = Array.from({ length: 99 }, (_, index) => `n${index}`);
    await expect(changeTenant(home(table), add('beta', ...names), made)).rejects.toThrow(/at most 98/);
    await changeTenant(home(table), add('beta', ...names.slice(1)), made);
    expect((await home(table).read()).tenants).toHaveLength(2);
  });
});

describe('importRegistry', () => {
  it('twice writes once, and brings changed plans and cells in', async () => {
    const table = await tableWith();
    expect(await importRegistry(table.client, 'registry', GIVEN, { dryRun: false })).toEqual({
      tenants: [],
      plans: [],
      shared_namespaces: [],
      cells: [],
    });
    expect(table.partition('registry')).toMatchObject({ version: { version: 1 } });
    const next = { ...GIVEN, plans: [{ id: 'pro' }], cells: [{ id: 'b', partitionQuota: 500 }] };
    expect(await importRegistry(table.client, 'registry', next, { dryRun: false })).toMatchObject({
      plans: ['pro'],
      cells: ['b'],
    });
    expect(table.partition('registry')).toMatchObject({ version: { version: 2 }, 'plan#pro': { id: 'pro' } });
  });

  it('refuses a tenant that differs, and a whole that would not be valid', async () => {
    const table = await tableWith();
    const before = new Map(table.items);
    const differs = { ...GIVEN, tenants: [{ id: 'acme', namespaces: ['other'] }] };
    await expect(importRegistry(table.client, 'registry', differs, { dryRun: false })).rejects.toThrow(/differ.*acme/s);
    const clash = { ...GIVEN, tenants: [{ id: 'beta', namespaces: ['pool'] }] };
    await expect(importRegistry(table.client, 'registry', clash, { dryRun: false })).rejects.toThrow(
      /shared_namespaces has/,
    );
    expect(table.items).toEqual(before);
  });

  it('is seen whole or not at all, and is completed when it was interrupted', async () => {
    const tenants = Array.from({ length: 120 }, (_, index) => ({ id: `t${index}`, namespaces: [`n${index}`] }));
    const table = new FakeTable();
    let calls = 0;
    table.between = () => {
      calls += 1;
      if (calls === 3) throw new Error('the network is gone');
    };
    const run = () => importRegistry(table.client, 'registry', { ...GIVEN, tenants }, { dryRun: false });
    await expect(run()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(home(table).read()).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    await run();
    expect((await home(table).read()).tenants).toHaveLength(120);
  });
});
