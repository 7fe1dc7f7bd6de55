import {
  AppError,
  addDays,
  nearestWord,
  type Plan,
  RESOURCE_KINDS,
  type Tenant,
  tenantSchema,
  type UtcDay,
} from '../../model/index.js';
import { type CellUse, cellUses, hasLeft, placeIn } from '../cells/cellUses.js';
import { edited, type RegistryState, type TenantEdit, type WrittenTenant } from '../RegistryState.js';
import { type LifecycleKind, lifecycleKind } from './lifecycleKind.js';
import type { ResourceRule, TenantChange } from './TenantChange.js';

/** What a change comes to, before anything is written. */
export interface PlannedChange {
  /** Undefined when the tenant is as it is asked to be already. */
  readonly edit: TenantEdit | undefined;
  readonly kind: LifecycleKind;
  readonly before: Tenant | undefined;
  readonly after: Tenant;
  readonly plans: readonly Plan[];
  /** The cell it is in afterwards, and how full that is then. */
  readonly cell: CellUse;
}

/**
 * What a change does to a registry. Pure. What only the whole registry can tell, such as a namespace that is taken, is for the
 * home to refuse. Throws INPUT_INVALID for a tenant that is not there, one that cannot be changed so, and a cell without room.
 *
 * @param today the UTC day the change is made on
 */
export function planChange(state: RegistryState, change: TenantChange, today: UtcDay): PlannedChange {
  const before = change.kind === 'add' ? undefined : existing(state, change.id);
  const written = state.written.get(change.id) ?? {};
  const fields = change.kind === 'add' ? added(state, change, today) : changed(state, change, written, before, today);
  const edit: TenantEdit = { id: change.id, create: before === undefined, fields };
  const next = edited(written, edit);
  const after = parsed(change.id, next);
  const tenants = [...state.tenants.filter(({ id }) => id !== change.id), after];
  const uses = cellUses({ tenants, cells: state.cells }, today);
  const cell = uses.find(({ id }) => id === after.cell) ?? placeIn(uses, after.cell, true);
  const same =
    before !== undefined && JSON.stringify(next) === JSON.stringify(edited(written, { ...edit, fields: {} }));
  return {
    edit: same ? undefined : edit,
    kind: lifecycleKind(before, after) ?? 'changed',
    before,
    after,
    plans: state.plans,
    cell,
  };
}

type Added = Extract<TenantChange, { kind: 'add' }>;
type Changed = Extract<TenantChange, { kind: 'change' }>;

function added(state: RegistryState, change: Added, today: UtcDay): Record<string, unknown> {
  if (state.written.has(change.id)) {
    throw new AppError('INPUT_INVALID', `the tenant ${change.id} is registered already`, {
      expected: 'a new id',
      got: change.id,
      hint: `see it with: tenantscope tenant show ${change.id}`,
    });
  }
  const { id: cell } = placeIn(cellUses(state, today), change.cell, change.newCell);
  return {
    ...change.fields,
    namespaces: [...change.namespaces],
    ...(change.resources.length === 0 ? {} : { resources: withRules({}, change.resources, []) }),
    // The one that needs no saying.
    ...(cell === 'default' ? {} : { cell }),
  };
}

function changed(
  state: RegistryState,
  change: Exclude<TenantChange, Added>,
  written: WrittenTenant,
  before: Tenant | undefined,
  today: UtcDay,
): Record<string, unknown> {
  if (before === undefined) return {};
  const { id } = change;
  switch (change.kind) {
    case 'change':
      return changedFields(change, written);
    case 'suspend':
      if (before.status === 'offboarded') throw refused(id, 'is offboarded', 'an active tenant');
      return { status: 'suspended' };
    case 'resume':
      if (hasLeft(before, today)) {
        throw refused(
          id,
          `left on ${before.effective_until ?? 'an unknown day'}`,
          'a tenant that is suspended or has not left yet',
          'a customer that comes back is a new tenant, with an id of its own',
        );
      }
      // Active is what a tenant is of whom nothing is said.
      return { status: undefined, ...(before.status === 'offboarded' ? { effective_until: undefined } : {}) };
    case 'offboard':
      return offboarded(before, change.until, today);
    case 'move':
      return moved(state, before, change, today);
    case 'finish-move':
      return { moving_from: undefined };
  }
}

function offboarded(before: Tenant, asked: UtcDay | undefined, today: UtcDay): Record<string, unknown> {
  if (before.status === 'offboarded' && asked === undefined) return {};
  const until = asked ?? addDays(today, 1);
  if (before.effective_from !== undefined && until <= before.effective_from) {
    throw refused(
      before.id,
      `begins on ${before.effective_from}`,
      'a day it leaves on after the day it came',
      'a tenant that never came: offboard it on the day after',
    );
  }
  return { status: 'offboarded', effective_until: until };
}

function moved(
  state: RegistryState,
  before: Tenant,
  { id, to, newCell }: Extract<TenantChange, { kind: 'move' }>,
  today: UtcDay,
): Record<string, unknown> {
  if (hasLeft(before, today)) throw refused(id, 'has left', 'a tenant that sends lines');
  if (to === before.cell) return {};
  // Back where it came from: it has its place there still.
  if (to === before.moving_from) return { cell: to, moving_from: before.cell };
  if (before.moving_from !== undefined) {
    throw refused(
      id,
      `is being moved from ${before.moving_from} to ${before.cell}`,
      'a tenant in one cell',
      `finish that first: tenantscope tenant move ${id} --finish`,
    );
  }
  placeIn(cellUses(state, today), to, newCell);
  return { cell: to, moving_from: before.cell };
}

function changedFields(change: Changed, written: WrittenTenant): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...change.fields };
  for (const field of change.unset) fields[field] = undefined;
  if (change.addNamespaces.length > 0 || change.removeNamespaces.length > 0) {
    const had = texts(written.namespaces);
    for (const namespace of change.removeNamespaces) mustHave(change.id, 'namespace', namespace, had);
    const kept = had.filter((namespace) => !change.removeNamespaces.includes(namespace));
    fields.namespaces = [...kept, ...change.addNamespaces.filter((namespace) => !kept.includes(namespace))];
  }
  if (change.addResources.length > 0 || change.removeResources.length > 0) {
    const had = (written.resources ?? {}) as Record<string, unknown>;
    for (const { kind, rule } of change.removeResources) mustHave(change.id, `rule of ${kind}`, rule, texts(had[kind]));
    const rules = withRules(had, change.addResources, change.removeResources);
    fields.resources = Object.keys(rules).length === 0 ? undefined : rules;
  }
  return fields;
}

function withRules(
  had: Readonly<Record<string, unknown>>,
  add: readonly ResourceRule[],
  remove: readonly ResourceRule[],
): Record<string, readonly string[]> {
  const rules: Record<string, readonly string[]> = {};
  for (const kind of RESOURCE_KINDS) {
    const of = (list: readonly ResourceRule[]): string[] =>
      list.filter((entry) => entry.kind === kind).map(({ rule }) => rule);
    const kept = texts(had[kind]).filter((rule) => !of(remove).includes(rule));
    const all = [...new Set([...kept, ...of(add)])];
    if (all.length > 0) rules[kind] = all;
  }
  return rules;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function existing(state: RegistryState, id: string): Tenant {
  const found = state.tenants.find((tenant) => tenant.id === id);
  if (found !== undefined) return found;
  const near = nearestWord(id, [...state.written.keys()]);
  throw new AppError('INPUT_INVALID', 'no such tenant is registered', {
    expected: 'a registered tenant',
    got: JSON.stringify(id),
    hint: `${near === undefined ? '' : `did you mean ${near}? `}tenantscope tenant list names them`,
  });
}

function mustHave(id: string, what: string, name: string, had: readonly string[]): void {
  if (had.includes(name)) return;
  const near = nearestWord(name, had);
  throw new AppError('INPUT_INVALID', `the tenant ${id} has no such ${what}`, {
    expected:
      near === undefined ? had.join(', ') || 'none: it has none' : `one of ${had.join(', ')} (did you mean ${near}?)`,
    got: name,
  });
}

function parsed(id: string, written: WrittenTenant): Tenant {
  const result = tenantSchema.safeParse(written);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new AppError('INPUT_INVALID', `the tenant ${id} would not be valid\n${problems.join('\n')}`, {
    hint: 'nothing was written; docs/configuration.md lists every key and its values',
  });
}

function refused(id: string, why: string, expected: string, hint?: string): AppError {
  return new AppError('INPUT_INVALID', `the tenant ${id} ${why}`, {
    expected,
    got: id,
    ...(hint === undefined ? {} : { hint }),
  });
}
