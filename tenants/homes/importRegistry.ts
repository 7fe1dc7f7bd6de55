import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '../../model/index.js';
import { dynamoRegistryItems, REGISTRY_PARTITION } from '../../transforms/index.js';
import type { KnownCell, WrittenTenant } from '../RegistryState.js';
import { putClaim, raiseVersion, writeAll } from './dynamoHome.js';
import { checkDocument, type RegistryDocument, readItems } from './readItems.js';
import { claimsOf, namespaceClaim, SHARED_CLAIMANT, TABLE, welcomeKey } from './tableLayout.js';

/** What is brought into a table. */
export interface ImportedRegistry {
  readonly tenants: readonly WrittenTenant[];
  readonly plans: readonly Readonly<Record<string, unknown>>[];
  readonly sharedNamespaces: readonly string[];
  readonly cells: readonly KnownCell[];
}

/** What an import did, or would do: ids of what was written. */
export interface ImportSummary {
  readonly tenants: readonly string[];
  readonly plans: readonly string[];
  readonly shared_namespaces: readonly string[];
  readonly cells: readonly string[];
}

/** Of the hundred actions of a transaction one is the version's. */
const ACTIONS = 99;

/**
 * Brings tenants, plans, shared namespaces and cells into a registry's table. What is there already and equal is left; plans and cells
 * become what they are said to be; a tenant that is there and differs is refused, as is anything that would leave the whole
 * invalid. Into a table without a registry the version is written last, so that no reader sees half of one; interrupted, the
 * same command completes it. Throws INPUT_INVALID, LAKE_BUSY, PERMISSION_DENIED, ENGINE_UNAVAILABLE.
 */
export async function importRegistry(
  client: DynamoDBClient,
  table: string,
  given: ImportedRegistry,
  { dryRun }: { readonly dryRun: boolean },
): Promise<ImportSummary> {
  const { name, load } = dynamoRegistryItems(client, table);
  const loaded = await load(undefined).catch((error: unknown) => {
    // A table without a registry; one that is not there is found out when it is written to.
    if (error instanceof AppError && error.code === 'INPUT_NOT_FOUND') return undefined;
    throw error;
  });
  const had = readItems(loaded?.items ?? []);
  const found = differencesOf(had, given);
  mustBeValid(had, given, name);
  const summary: ImportSummary = {
    tenants: found.tenants.map((tenant) => String(tenant.id)),
    plans: found.plans.map((plan) => String(plan.id)),
    shared_namespaces: found.sharedNamespaces,
    cells: found.cells.map(({ id }) => id),
  };
  if (dryRun) return summary;
  let version = loaded?.version;
  for (const batch of batchesOf(unitsOf(table, found))) {
    const actions = version === undefined ? batch : [raiseVersion(table, version), ...batch];
    if (!(await writeAll(client, actions, 'of the import', name))) throw busy(name);
    if (version !== undefined) version = String(Number(version) + 1);
  }
  if (version === undefined && !(await writeAll(client, [raiseVersion(table, undefined)], 'of the import', name)))
    throw busy(name);
  return summary;
}

function differencesOf(had: RegistryDocument, given: ImportedRegistry): ImportedRegistry {
  const clashing = given.tenants.filter((tenant) => {
    const there = had.tenants.get(String(tenant.id));
    return there !== undefined && !isDeepStrictEqual({ ...there }, { ...tenant });
  });
  if (clashing.length > 0) {
    throw new AppError('INPUT_INVALID', 'tenants are registered already, and differ', {
      expected: 'tenants the table does not have, or has as they are',
      got: clashing.map(({ id }) => String(id)).join(', '),
      hint: 'nothing was written; change them with: tenantscope tenant change',
    });
  }
  const quota = new Map(had.cells.map(({ id, partitionQuota }) => [id, partitionQuota]));
  return {
    tenants: given.tenants.filter(({ id }) => !had.tenants.has(String(id))),
    plans: given.plans.filter((plan) => !isDeepStrictEqual(had.plans.get(String(plan.id)), { ...plan })),
    sharedNamespaces: given.sharedNamespaces.filter((namespace) => !had.shared.includes(namespace)),
    cells: given.cells.filter(({ id, partitionQuota }) => quota.get(id) !== partitionQuota),
  };
}

function mustBeValid(had: RegistryDocument, given: ImportedRegistry, name: string): void {
  const checked = checkDocument(
    {
      tenants: new Map([...had.tenants, ...given.tenants.map((tenant) => [String(tenant.id), tenant] as const)]),
      plans: new Map([...had.plans, ...given.plans.map((plan) => [String(plan.id), plan] as const)]),
      shared: [...new Set([...had.shared, ...given.sharedNamespaces])],
      cells: had.cells,
    },
    name,
  );
  if ('config' in checked) return;
  throw new AppError('INPUT_INVALID', `the registry ${name} would not be valid\n${checked.problems.join('\n')}`, {
    hint: 'nothing was written',
  });
}

/** Items that are written together: a tenant with its claims. */
function unitsOf(table: string, found: ImportedRegistry): readonly (readonly TransactWriteItem[])[] {
  const put = (sk: string, fields: object): TransactWriteItem => ({
    Put: { TableName: table, Item: marshall({ pk: REGISTRY_PARTITION, sk, ...fields }) },
  });
  return [
    ...found.plans.map((plan) => [put(`${TABLE.plan}${String(plan.id)}`, plan)]),
    ...found.cells.map(({ id, partitionQuota }) => [put(`${TABLE.cell}${id}`, { partition_quota: partitionQuota })]),
    ...found.sharedNamespaces.map((namespace) => [
      put(`${TABLE.shared}${namespace}`, {}),
      putClaim(table, namespaceClaim(namespace), SHARED_CLAIMANT),
    ]),
    ...found.tenants.map((tenant) => {
      const id = String(tenant.id);
      const unit = [
        put(`${TABLE.tenant}${id}`, tenant),
        ...[...claimsOf(tenant)].map((claim) => putClaim(table, claim, id)),
        // It was there before its registry was: nobody is to be welcomed.
        { Put: { TableName: table, Item: marshall({ pk: TABLE.sent, sk: welcomeKey(id), outcome: 'imported' }) } },
      ];
      if (unit.length <= ACTIONS) return unit;
      throw new AppError(
        'INPUT_INVALID',
        `the tenant ${id} has too many namespaces and resources to be written at once`,
        {
          expected: `at most ${ACTIONS - 2}`,
          got: String(unit.length - 2),
          hint: 'import it with fewer, and add the rest with: tenantscope tenant change',
        },
      );
    }),
  ];
}

function batchesOf(units: readonly (readonly TransactWriteItem[])[]): readonly (readonly TransactWriteItem[])[] {
  const batches: TransactWriteItem[][] = [];
  for (const unit of units) {
    const last = batches.at(-1);
    if (last !== undefined && last.length + unit.length <= ACTIONS) last.push(...unit);
    else batches.push([...unit]);
  }
  return batches;
}

const busy = (name: string): AppError =>
  new AppError('LAKE_BUSY', 'the registry changed while it was imported', {
    got: name,
    hint: 'run the command again: what was written is left',
  });
