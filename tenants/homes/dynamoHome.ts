import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '../../model/index.js';
import { dynamoRegistryItems, REGISTRY_PARTITION, refusedBy, VERSION_KEY } from '../../transforms/index.js';
import { edited, type RegistryState, type TenantEdit } from '../RegistryState.js';
import type { RegistryHome } from './RegistryHome.js';
import { checkDocument, readItems, stateOf } from './readItems.js';
import { refuseEdit } from './refuseEdit.js';
import { claimsOf, TABLE } from './tableLayout.js';

/** What one transaction of DynamoDB takes (Service Quotas, "TransactWriteItems"). */
const ACTIONS = 100;

/**
 * A registry in a DynamoDB table (tableLayout.ts). A change is one transaction: it raises the version only if nobody has since the
 * registry was read, writes the tenant, and claims its namespaces and resources, each of which one tenant can have.
 */
export function dynamoHome(client: DynamoDBClient, table: string, cells: RegistryState['cells'] = []): RegistryHome {
  const { name, load } = dynamoRegistryItems(client, table);
  const read = async (): Promise<RegistryState> => {
    const loaded = await load(undefined);
    const state = stateOf(readItems(loaded?.items ?? []), loaded?.version ?? '', name);
    // What the table says of a cell is later than what a file says.
    return { ...state, cells: state.cells.length > 0 ? state.cells : cells };
  };
  return {
    name,
    read,
    prepare: (state, edit) => {
      const before = state.written.get(edit.id) ?? {};
      const after = edited(before, edit);
      const checked = checkDocument(
        {
          tenants: new Map([...state.written, [edit.id, after]]),
          plans: new Map(state.plans.map((plan) => [plan.id, { ...plan }])),
          shared: state.sharedNamespaces,
          cells: state.cells,
        },
        name,
      );
      if ('problems' in checked) throw refuseEdit(edit.id, name, checked.problems);
      const actions = actionsOf(table, state.version, edit, before, after);
      if (actions.length > ACTIONS) {
        throw new AppError('INPUT_INVALID', 'too many namespaces and resources at once', {
          expected: `at most ${ACTIONS - 2} that come or go in one change`,
          got: String(actions.length - 2),
          hint: 'give them in several: tenantscope tenant change --add-namespace …',
        });
      }
      return { write: () => writeAll(client, actions, edit.id, name) };
    },
  };
}

/** The first action is the version's. */
function actionsOf(
  table: string,
  version: string,
  edit: TenantEdit,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly TransactWriteItem[] {
  const had = claimsOf(before);
  const has = claimsOf(after);
  return [
    raiseVersion(table, version),
    {
      Put: {
        TableName: table,
        Item: marshall({ pk: REGISTRY_PARTITION, sk: `${TABLE.tenant}${edit.id}`, ...after }),
        ConditionExpression: edit.create ? 'attribute_not_exists(pk)' : 'attribute_exists(pk)',
      },
    },
    ...[...has].filter((claim) => !had.has(claim)).map((claim) => putClaim(table, claim, edit.id)),
    ...[...had]
      .filter((claim) => !has.has(claim))
      .map(
        (claim): TransactWriteItem => ({
          Delete: {
            TableName: table,
            Key: marshall({ pk: TABLE.claims, sk: claim }),
            ConditionExpression: 'attribute_not_exists(pk) OR tenant_id = :tenant',
            ExpressionAttributeValues: marshall({ ':tenant': edit.id }),
          },
        }),
      ),
  ];
}

/** One more, if it is still what it was read as; the first where there is none. */
export function raiseVersion(table: string, version: string | undefined): TransactWriteItem {
  const next = version === undefined ? 1 : Number(version) + 1;
  return {
    Put: {
      TableName: table,
      Item: marshall({ pk: REGISTRY_PARTITION, sk: VERSION_KEY, version: next }),
      ConditionExpression: version === undefined ? 'attribute_not_exists(pk)' : '#version = :was',
      ...(version === undefined
        ? {}
        : {
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: marshall({ ':was': Number(version) }),
          }),
    },
  };
}

/** A claim on a name, unless another has it. */
export function putClaim(table: string, claim: string, tenant: string): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: marshall({ pk: TABLE.claims, sk: claim, tenant_id: tenant }),
      ConditionExpression: 'attribute_not_exists(pk) OR tenant_id = :tenant',
      ExpressionAttributeValues: marshall({ ':tenant': tenant }),
    },
  };
}

/** False when the version was not what it was read as, or another transaction was faster. */
export async function writeAll(
  client: DynamoDBClient,
  actions: readonly TransactWriteItem[],
  id: string,
  name: string,
): Promise<boolean> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: [...actions] }));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw refusedBy(error, name);
    const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    if (reasons[0] !== 'None' || reasons.includes('TransactionConflict')) return false;
    const failed = actions.filter((_, index) => reasons[index] === 'ConditionalCheckFailed');
    const taken = failed.map(({ Put, Delete }) => (Put?.Item?.sk ?? Delete?.Key?.sk)?.S ?? 'an item');
    throw new AppError('INPUT_INVALID', `the tenant ${id} cannot be written to ${name}`, {
      expected: 'names no other tenant has claimed',
      got: taken.join(', ') || reasons.join(', '),
      hint: 'nothing was written; the items with pk=claim say whose they are',
      cause: error,
    });
  }
}
