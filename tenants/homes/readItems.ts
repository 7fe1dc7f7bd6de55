import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError, type Config, parseConfig } from '../../model/index.js';
import type { KnownCell, RegistryState, WrittenTenant } from '../RegistryState.js';
import { TABLE } from './tableLayout.js';

/** A registry as it is written, by id. */
export interface RegistryDocument {
  readonly tenants: ReadonlyMap<string, WrittenTenant>;
  readonly plans: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly shared: readonly string[];
  readonly cells: readonly KnownCell[];
}

/** What the items of a table say. Keys of another kind are left alone. */
export function readItems(items: readonly Record<string, AttributeValue>[]): RegistryDocument {
  const tenants = new Map<string, WrittenTenant>();
  const plans = new Map<string, Record<string, unknown>>();
  const shared: string[] = [];
  const cells: KnownCell[] = [];
  for (const { pk: _pk, sk, ...attributes } of items) {
    const key = sk?.S ?? '';
    const after = (prefix: string): string | undefined =>
      key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
    const [tenant, plan, namespace, cell] = [
      after(TABLE.tenant),
      after(TABLE.plan),
      after(TABLE.shared),
      after(TABLE.cell),
    ];
    if (tenant !== undefined) tenants.set(tenant, unmarshall(attributes));
    else if (plan !== undefined) plans.set(plan, unmarshall(attributes));
    else if (namespace !== undefined) shared.push(namespace);
    else if (cell !== undefined)
      cells.push({ id: cell, partitionQuota: Number(unmarshall(attributes).partition_quota) });
  }
  return { tenants, plans, shared, cells };
}

/** Every problem of a registry, each with the tenant it is of; or what it is, checked as tenantscope.yaml is. */
export function checkDocument(
  document: RegistryDocument,
  name: string,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  const tenants = [...document.tenants.values()];
  const text = JSON.stringify({ tenants, plans: [...document.plans.values()], shared_namespaces: document.shared });
  const parsed = parseConfig(text, name);
  if (parsed.ok) return { config: parsed.config };
  // The text's lines are nobody's: what is of interest is whose the problem is.
  const problems = parsed.problems.map(({ message }) => {
    const index = /^tenants\.(\d+)\b/.exec(message)?.[1];
    const id = index === undefined ? undefined : tenants[Number(index)]?.id;
    return id === undefined ? message : message.replace(/^tenants\.\d+/, `tenant ${String(id)}`);
  });
  return { problems };
}

/** A registry's state, or CONFIG_INVALID with all that is wrong in its home. */
export function stateOf(document: RegistryDocument, version: string, name: string): RegistryState {
  const checked = checkDocument(document, name);
  if ('problems' in checked) {
    throw new AppError('CONFIG_INVALID', `the registry ${name} has problems\n${checked.problems.join('\n')}`, {
      hint: 'somebody wrote to it by hand; mend the items named',
    });
  }
  const { config } = checked;
  return {
    version,
    tenants: config.tenants,
    written: document.tenants,
    plans: config.plans,
    sharedNamespaces: config.shared_namespaces,
    cells: document.cells,
  };
}
