import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

type Item = Record<string, AttributeValue>;
interface Write {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
}

/** One table in memory, with the operations and conditions that the registry uses; a condition it does not know is an error. */
export class FakeTable {
  readonly items = new Map<string, Item>();
  /** Called before each transaction, as somebody else would come between. */
  between: (() => void | Promise<void>) | undefined;

  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as DynamoDBClient;

  /** Items of a partition as values, by sort key. */
  partition(pk: string): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      [...this.items.values()]
        .filter((item) => item.pk?.S === pk)
        .map((item) => {
          const { pk: _, sk, ...fields } = unmarshall(item);
          return [sk, fields];
        }),
    );
  }

  async #send(command: unknown): Promise<unknown> {
    if (command instanceof GetItemCommand) return { Item: this.items.get(keyOf(command.input.Key ?? {})) };
    if (command instanceof QueryCommand) {
      const pk = command.input.ExpressionAttributeValues?.[':pk']?.S;
      const Items = [...this.items.values()].filter((item) => item.pk?.S === pk);
      return { Items: Items.sort((a, b) => (String(a.sk?.S) < String(b.sk?.S) ? -1 : 1)) };
    }
    if (command instanceof PutItemCommand) {
      if (!this.#holds(command.input as Write))
        throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
      this.#apply(command.input as Write);
      return {};
    }
    if (command instanceof TransactWriteItemsCommand) {
      await this.between?.();
      const writes = (command.input.TransactItems ?? []).map(({ Put, Delete }) => (Put ?? Delete) as Write);
      const held = writes.map((write) => this.#holds(write));
      if (held.includes(false)) {
        throw new TransactionCanceledException({
          message: 'canceled',
          $metadata: {},
          CancellationReasons: held.map((ok) => ({ Code: ok ? 'None' : 'ConditionalCheckFailed' })),
        });
      }
      for (const write of writes) this.#apply(write);
      return {};
    }
    throw new Error(`unknown command ${String(command)}`);
  }

  #apply({ Item, Key }: Write): void {
    if (Item !== undefined) this.items.set(keyOf(Item), Item);
    else this.items.delete(keyOf(Key ?? {}));
  }

  #holds({ Item, Key, ConditionExpression: condition, ExpressionAttributeValues: values = {} }: Write): boolean {
    const there = this.items.get(keyOf(Item ?? Key ?? {}));
    const equal = (name: string, value: string): boolean =>
      JSON.stringify(there?.[name]) === JSON.stringify(values[value]);
    switch (condition) {
      case undefined:
        return true;
      case 'attribute_not_exists(pk)':
        return there === undefined;
      case 'attribute_exists(pk)':
        return there !== undefined;
      case '#version = :was':
        return equal('version', ':was');
      case 'attribute_not_exists(pk) OR tenant_id = :tenant':
        return there === undefined || equal('tenant_id', ':tenant');
      case 'outcome = :outcome AND claimed_at = :at':
        return equal('outcome', ':outcome') && equal('claimed_at', ':at');
      default:
        throw new Error(`unknown condition ${condition}`);
    }
  }
}

const keyOf = ({ pk, sk }: Item): string => `${pk?.S}|${sk?.S}`;
