import { describe, expect, it } from 'vitest';
import type { UtcDay } from '../../model/index.js';
import { planChange } from '../../tenants/changes/planChange.js';
import type { TenantChange } from '../../tenants/changes/TenantChange.js';
import { whatFollows } from '../../tenants/changes/whatFollows.js';
import { registryState } from './registryState.js';

const TODAY = '2026-11-27' as UtcDay;
const acme = { id: 'acme', namespaces: ['tenant-acme'] };
const add = (id: string, more: Partial<Extract<TenantChange, { kind: 'add' }>> = {}): TenantChange => ({
  ...{ kind: 'add', id, fields: {}, namespaces: [id], resources: [], cell: undefined, newCell: false },
  ...more,
});
const change = (more: Partial<Extract<TenantChange, { kind: 'change' }>>): TenantChange => ({
  ...{ kind: 'change', id: 'acme', fields: {}, unset: [], addNamespaces: [], removeNamespaces: [] },
  ...{ addResources: [], removeResources: [] },
  ...more,
});
const many = (count: number, cell: string, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ id: `${cell}-${index}`, cell, ...more }));
const cells = [
  { id: 'a', partitionQuota: 500 },
  { id: 'b', partitionQuota: 500 },
];

describe('a tenant that is added', () => {
  it('goes to the cell with the most room', () => {
    const planned = planChange(registryState([...many(3, 'a'), ...many(2, 'b')], { cells }), add('new'), TODAY);
    expect(planned).toMatchObject({ kind: 'onboarded', cell: { id: 'b', tenants: 3, holds: 195 } });
    expect(planned.edit?.fields).toMatchObject({ cell: 'b' });
  });

  it('takes the last place of a cell, and after it none', () => {
    const last = planChange(registryState(many(194, 'a'), { cells: cells.slice(0, 1) }), add('new'), TODAY);
    expect(last.cell).toEqual({ id: 'a', tenants: 195, holds: 195 });
    const full = registryState(many(195, 'a'), { cells: cells.slice(0, 1) });
    expect(() => planChange(full, add('new'), TODAY)).toThrow(/every cell is full.*a: 195 of 195 tenants/s);
    expect(() => planChange(full, add('new', { cell: 'a' }), TODAY)).toThrow(/the cell a is full/);
    expect(planChange(full, add('new', { cell: 'c', newCell: true }), TODAY).cell).toMatchObject({
      id: 'c',
      tenants: 1,
    });
  });

  it('finds room where tenants have left, not where they are about to', () => {
    const left = { status: 'offboarded', effective_until: '2026-11-27' };
    const leaving = { status: 'offboarded', effective_until: '2026-11-28' };
    const one = cells.slice(0, 1);
    expect(planChange(registryState(many(195, 'a', left), { cells: one }), add('new'), TODAY).cell.tenants).toBe(1);
    expect(() => planChange(registryState(many(195, 'a', leaving), { cells: one }), add('new'), TODAY)).toThrow(/full/);
  });

  it('goes to no cell nobody has heard of, and not to the platform’s', () => {
    const state = registryState([], { cells: [{ id: 'north', partitionQuota: 500 }] });
    expect(() => planChange(state, add('new', { cell: 'nroth' }), TODAY)).toThrow(/no such cell: expected north/);
    expect(() => planChange(state, add('new', { cell: 'platform', newCell: true }), TODAY)).toThrow(/holds no tenants/);
  });

  it('is not one that is there', () => {
    expect(() => planChange(registryState([acme]), add('acme'), TODAY)).toThrow(/registered already/);
  });
});

describe('a tenant that is changed', () => {
  it('keeps what is not named, and loses what is taken out', () => {
    const state = registryState([{ ...acme, owner: 'a@example.com', resources: { tables: ['acme-*', 'old'] } }]);
    const planned = planChange(
      state,
      change({
        fields: { name: 'Acme' },
        unset: ['owner'],
        addNamespaces: ['acme-jobs'],
        addResources: [{ kind: 'hosts', rule: 'acme.example.com' }],
        removeResources: [{ kind: 'tables', rule: 'old' }],
      }),
      TODAY,
    );
    expect(planned.after).toMatchObject({ name: 'Acme', namespaces: ['tenant-acme', 'acme-jobs'] });
    expect(planned.after.owner).toBeUndefined();
    expect(planned.after.resources).toMatchObject({ tables: ['acme-*'], hosts: ['acme.example.com'] });
    expect(planned.kind).toBe('changed');
  });

  it('is not written when it is so already', () => {
    const state = registryState([{ ...acme, name: 'Acme', status: 'suspended' }]);
    expect(planChange(state, change({ fields: { name: 'Acme' } }), TODAY).edit).toBeUndefined();
    expect(planChange(state, { kind: 'suspend', id: 'acme' }, TODAY).edit).toBeUndefined();
  });

  it('has the namespace that is taken out, or the nearest is named', () => {
    expect(() => planChange(registryState([acme]), change({ removeNamespaces: ['tenant-acne'] }), TODAY)).toThrow(
      /no such namespace.*did you mean tenant-acme/s,
    );
  });

  it('is a registered one, or the nearest is named', () => {
    expect(() => planChange(registryState([acme]), { kind: 'suspend', id: 'acmee' }, TODAY)).toThrow(
      /did you mean acme/,
    );
  });
});

describe('a tenant that leaves', () => {
  const leave = (until?: string): TenantChange => ({
    kind: 'offboard',
    id: 'acme',
    until: until as UtcDay | undefined,
  });

  it('leaves tomorrow unless a day is said, so that today is billed', () => {
    expect(planChange(registryState([acme]), leave(), TODAY).after).toMatchObject({
      status: 'offboarded',
      effective_until: '2026-11-28',
    });
    expect(planChange(registryState([acme]), leave('2027-01-01'), TODAY).after.effective_until).toBe('2027-01-01');
  });

  it('does not leave before it came', () => {
    const state = registryState([{ ...acme, effective_from: '2026-12-01' }]);
    expect(() => planChange(state, leave(), TODAY)).toThrow(/begins on 2026-12-01/);
  });

  it('can be kept until it has left, and not after', () => {
    const state = (effective_until: string) => registryState([{ ...acme, status: 'offboarded', effective_until }]);
    const kept = planChange(state('2026-11-28'), { kind: 'resume', id: 'acme' }, TODAY);
    expect(kept).toMatchObject({ kind: 'resumed', after: { status: 'active' } });
    expect(kept.after.effective_until).toBeUndefined();
    expect(() => planChange(state('2026-11-27'), { kind: 'resume', id: 'acme' }, TODAY)).toThrow(/left on 2026-11-27/);
    expect(() => planChange(state('2026-11-28'), { kind: 'suspend', id: 'acme' }, TODAY)).toThrow(/is offboarded/);
  });

  it('is told the same when it leaves on another day (regression: that was a change of a tenant that stays)', () => {
    const state = registryState([{ ...acme, status: 'offboarded', effective_until: '2026-11-28' }]);
    const planned = planChange(state, leave('2026-12-31'), TODAY);
    expect(planned.kind).toBe('offboarded');
    const place = { prefix: 'tenantscope', published: false, keptDays: 90 };
    expect(whatFollows(planned, place)[0]).toMatch(/leaves on 2026-12-31/);
    // On the same day it is so already.
    expect(planChange(state, leave('2026-11-28'), TODAY).edit).toBeUndefined();
    const shorter: TenantChange = {
      ...{ kind: 'change', id: 'acme', fields: { owner: 'someone' }, unset: [] },
      ...{ addNamespaces: [], removeNamespaces: [], addResources: [], removeResources: [] },
    };
    expect(planChange(state, shorter, TODAY).kind).toBe('changed');
  });

  it('is told what becomes of its lines', () => {
    const planned = planChange(registryState([acme]), leave(), TODAY);
    const said = whatFollows(planned, { prefix: 'tenantscope', published: false, keptDays: 90 }).join('\n');
    expect(said).toContain('its events go 90 days after they came');
    expect(said).toContain('tenantscope tenant erase acme --dry-run');
  });
});

describe('a tenant that is moved', () => {
  const move = (to: string): TenantChange => ({ kind: 'move', id: 'acme', to, newCell: false });
  const moving = { ...acme, cell: 'b', moving_from: 'a' };

  it('takes a place in both cells until the move is finished', () => {
    const state = registryState([{ ...acme, cell: 'a' }, ...many(194, 'a')], { cells });
    const planned = planChange(state, move('b'), TODAY);
    expect(planned).toMatchObject({
      kind: 'moved',
      after: { cell: 'b', moving_from: 'a' },
      cell: { id: 'b', tenants: 1 },
    });
    const during = registryState([moving, ...many(194, 'a'), ...many(194, 'b')], { cells });
    expect(() => planChange(during, add('new'), TODAY)).toThrow(/every cell is full/);
    const finished = planChange(during, { kind: 'finish-move', id: 'acme' }, TODAY);
    expect(finished.after.moving_from).toBeUndefined();
    expect(finished.kind).toBe('changed');
  });

  it('goes to no full cell, and to no third before the move is finished', () => {
    const full = registryState([{ ...acme, cell: 'a' }, ...many(195, 'b')], { cells });
    expect(() => planChange(full, move('b'), TODAY)).toThrow(/the cell b is full/);
    const third = registryState([moving], { cells: [...cells, { id: 'c', partitionQuota: 500 }] });
    expect(() => planChange(third, move('c'), TODAY)).toThrow(/is being moved from a to b/);
  });

  it('can go back at any time, where its place still is', () => {
    const state = registryState([moving, ...many(194, 'a')], { cells });
    expect(planChange(state, move('a'), TODAY).after).toMatchObject({ cell: 'a', moving_from: 'b' });
    expect(planChange(state, move('b'), TODAY).edit).toBeUndefined();
  });

  it('is told each step, with the streams', () => {
    const planned = planChange(registryState([{ ...acme, cell: 'a' }], { cells }), move('b'), TODAY);
    expect(whatFollows(planned, { prefix: 'prod', published: true, keptDays: undefined })).toEqual([
      'cell b: 1 of 195 tenants; stream prod-b',
      expect.stringContaining('manifests/acme/'),
      expect.stringContaining('both streams are believed'),
      '1. attach the writers’ policy of cell b to its sidecars’ role, beside that of a',
      '2. tenantscope sidecar render --tenant acme --stream prod-b --out ./deploy/acme',
      expect.stringMatching(/^3\. /),
      expect.stringContaining('prod-a is read to its end'),
      expect.stringContaining('tenant move acme --finish'),
    ]);
  });
});
