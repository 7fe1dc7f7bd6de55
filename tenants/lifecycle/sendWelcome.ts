import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError, isoInstant } from '../../model/index.js';
import { refusedBy } from '../../transforms/index.js';
import { TABLE, welcomeKey } from '../homes/tableLayout.js';
import type { Mail } from './welcomeMail.js';

/** A claim that is older belongs to a function that has ended: none lives for longer than five minutes. */
const CLAIM_MS = 5 * 60_000;
/** Tries whose end nobody knows: each may have arrived. */
const UNKNOWN_TRIES = 2;

/** What mails are sent with. */
export interface MailSender {
  readonly table: string;
  readonly dynamo: DynamoDBClient;
  /** Must not repeat a call by itself: SES knows no ids, and a call whose answer was lost may have sent the mail. */
  readonly ses: SESv2Client;
  readonly from: string;
  readonly clock: () => number;
}

/** What became of a welcome: sent now, sent again because nobody knows whether the first one went out, or known to be done. */
export type Welcome = 'sent' | 'sent again' | 'done before';

/** What the table has of a tenant's welcome. */
interface Recorded {
  readonly outcome?: string;
  readonly claimed_at?: number;
  /** Claims since the last that ended in a known way. */
  readonly tries?: number;
}

/**
 * Sends a tenant its welcome: claimed in the registry's table before, recorded after. SES has no key for repetitions, so of a
 * function that dies between its answer and the record nobody knows whether the mail went out. Then the claim is five minutes old before
 * it is sent again, once; after a second such end a person decides. So at most one mail comes twice, and none is lost: as long as it is
 * not known what became of it the event is not done. What SES refuses was not sent, and is tried again with the event. Throws
 * LAKE_BUSY while a claim is fresh, WRITE_FAILED after two unknown ends, and what the services throw.
 */
export async function sendWelcome(sender: MailSender, tenant: string, eventId: string, mail: Mail): Promise<Welcome> {
  const seen = await recorded(sender, tenant);
  const tries = mayTry(sender, tenant, seen);
  if (tries === undefined) return 'done before';
  const claim = { outcome: 'claimed', claimed_at: sender.clock(), tries, event_id: eventId };
  await record(sender, tenant, claim, seen);
  const part = (Data: string): { Data: string; Charset: string } => ({ Data, Charset: 'UTF-8' });
  const { MessageId } = await sender.ses
    .send(
      new SendEmailCommand({
        FromEmailAddress: sender.from,
        Destination: { ToAddresses: [mail.to] },
        Content: { Simple: { Subject: part(mail.subject), Body: { Text: part(mail.text) } } },
      }),
    )
    .catch(async (error: unknown) => {
      // An answer of SES that it did not take the mail: this try has ended, and in a known way.
      if (error instanceof SESv2ServiceException && error.$fault === 'client')
        await record(sender, tenant, { ...claim, outcome: 'refused', tries: tries - 1 }, claim);
      throw error;
    });
  await record(
    sender,
    tenant,
    { ...claim, outcome: 'sent', sent_at: sender.clock(), message_id: MessageId ?? 'accepted' },
    claim,
  );
  return tries === 1 ? 'sent' : 'sent again';
}

/** Which try this is; undefined when nothing is to be sent. Throws LAKE_BUSY and WRITE_FAILED as `sendWelcome`. */
function mayTry({ table, clock }: MailSender, tenant: string, seen: Recorded | undefined): number | undefined {
  if (seen === undefined) return 1;
  const { outcome, claimed_at = 0, tries = 1 } = seen;
  if (outcome === 'refused') return tries + 1;
  if (outcome !== 'claimed') return undefined;
  const where = `dynamodb://${table}, ${TABLE.sent}, ${welcomeKey(tenant)}`;
  const got = `claimed at ${isoInstant(claimed_at)}, and not known to be sent`;
  if (claimed_at >= clock() - CLAIM_MS) {
    throw new AppError('LAKE_BUSY', 'a welcome is being sent, or a function died over it', {
      ...{ where, got },
      hint: 'the event comes again when the claim is five minutes old',
    });
  }
  if (tries < UNKNOWN_TRIES) return tries + 1;
  throw new AppError('WRITE_FAILED', `nobody knows whether the welcome of ${tenant} went out, after ${tries} tries`, {
    ...{ where, got },
    hint: 'ask the tenant or SES; to have it sent once more remove the item, else set its outcome to sent (docs/runbooks/tenant-events-failing.md)',
  });
}

async function recorded({ table, dynamo }: MailSender, tenant: string): Promise<Recorded | undefined> {
  try {
    const Key = marshall({ pk: TABLE.sent, sk: welcomeKey(tenant) });
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item === undefined ? undefined : unmarshall(Item);
  } catch (error) {
    throw refusedBy(error, `dynamodb://${table}`);
  }
}

/** Writes what became of it, if nothing else did since. Throws LAKE_BUSY when something did. */
async function record(
  { table, dynamo }: MailSender,
  tenant: string,
  fields: object,
  seen: Recorded | undefined,
): Promise<void> {
  const condition =
    seen === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'outcome = :outcome AND claimed_at = :at',
          ExpressionAttributeValues: marshall({ ':outcome': seen.outcome ?? '', ':at': seen.claimed_at ?? 0 }),
        };
  try {
    const Item = marshall({ pk: TABLE.sent, sk: welcomeKey(tenant), ...fields });
    await dynamo.send(new PutItemCommand({ TableName: table, Item, ...condition }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw refusedBy(error, `dynamodb://${table}`);
    throw new AppError('LAKE_BUSY', 'another function sends this welcome', {
      where: `dynamodb://${table}, ${TABLE.sent}, ${welcomeKey(tenant)}`,
      hint: 'the event comes again',
      cause: error,
    });
  }
}
