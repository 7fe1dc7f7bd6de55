import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { marshall } from '@aws-sdk/util-dynamodb';
import { refusedBy } from '../../transforms/index.js';
import { TABLE, welcomeKey } from '../homes/tableLayout.js';
import type { Mail } from './welcomeMail.js';

/** A claim that is older belongs to a function that has ended: none lives for longer than five minutes. */
const CLAIM_MS = 5 * 60_000;

/** What mails are sent with. */
export interface MailSender {
  readonly table: string;
  readonly dynamo: DynamoDBClient;
  readonly ses: SESv2Client;
  readonly from: string;
  readonly clock: () => number;
}

/**
 * Sends a tenant its welcome, once: claimed in the registry's table before, recorded after. False when it was sent before, or the
 * tenant was imported and needs none. SES knows no ids: a function that dies between its answer and the record sends it twice.
 * Throws what the services throw.
 */
export async function sendWelcome(
  { table, dynamo, ses, from, clock }: MailSender,
  tenant: string,
  eventId: string,
  mail: Mail,
): Promise<boolean> {
  const claimedAt = clock();
  const record = (fields: object) => ({
    TableName: table,
    Item: marshall({ pk: TABLE.sent, sk: welcomeKey(tenant), event_id: eventId, claimed_at: claimedAt, ...fields }),
  });
  try {
    await dynamo.send(
      new PutItemCommand({
        ...record({ outcome: 'claimed' }),
        ConditionExpression: 'attribute_not_exists(pk) OR (outcome = :claimed AND claimed_at < :stale)',
        ExpressionAttributeValues: marshall({ ':claimed': 'claimed', ':stale': claimedAt - CLAIM_MS }),
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw refusedBy(error, `dynamodb://${table}`);
  }
  const part = (Data: string): { Data: string; Charset: string } => ({ Data, Charset: 'UTF-8' });
  const { MessageId } = await ses.send(
    new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [mail.to] },
      Content: { Simple: { Subject: part(mail.subject), Body: { Text: part(mail.text) } } },
    }),
  );
  await dynamo.send(
    new PutItemCommand({
      ...record({ outcome: 'sent', sent_at: clock(), message_id: MessageId ?? 'accepted' }),
      ConditionExpression: 'outcome = :claimed AND claimed_at = :at',
      ExpressionAttributeValues: marshall({ ':claimed': 'claimed', ':at': claimedAt }),
    }),
  );
  return true;
}
