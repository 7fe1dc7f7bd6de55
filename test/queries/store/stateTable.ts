import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** A table as `dynamoStore` needs it. */
export function stateTable(TableName: string): CreateTableCommandInput {
  const keys = ['folder', 'name'] as const;
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  };
}
