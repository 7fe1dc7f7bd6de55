import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { AppError, type Tenant, tenantSchema } from '../../model/index.js';
import { REGISTRY_PARTITION } from '../../transforms/index.js';
import { type LifecycleKind, lifecycleKind } from '../changes/lifecycleKind.js';
import { TABLE } from '../homes/tableLayout.js';

/** Something that happened to a registry in a table. `id` is the same however often it is told. */
export type LifecycleEvent = { readonly id: string } & (
  | { readonly kind: LifecycleKind; readonly tenant: string }
  | { readonly kind: 'plan_changed'; readonly plan: string }
  /** Shared namespaces or cells. */
  | { readonly kind: 'registry_changed' }
  /** Nothing happened: all that follows from the registry is to be as it should be. */
  | { readonly kind: 'reconcile' }
);

const image = z.record(z.string(), z.custom<AttributeValue>()).optional();

/** A record of a DynamoDB stream, as EventBridge Pipes passes it on (AWS documentation). */
const recordSchema = z.object({
  eventID: z.string().min(1),
  dynamodb: z.object({
    Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
    NewImage: image,
    OldImage: image,
  }),
});

/** What the schedule sends. */
export const RECONCILE = { reconcile: true } as const;

/**
 * What a message says; undefined where it is of something nobody follows: the version, a claim, what was mailed. Throws
 * INPUT_INVALID for a message of another form.
 *
 * @param messageId names a message that says only to reconcile
 */
export function readLifecycleEvent(body: string, messageId: string): LifecycleEvent | undefined {
  const value = parsed(body);
  if (z.object({ reconcile: z.literal(true) }).safeParse(value).success) return { id: messageId, kind: 'reconcile' };
  const record = recordSchema.safeParse(value);
  if (!record.success) throw unread(body);
  const { eventID: id, dynamodb } = record.data;
  const { pk, sk } = dynamodb.Keys;
  if (pk.S !== REGISTRY_PARTITION) return undefined;
  if (sk.S.startsWith(TABLE.tenant)) {
    const kind = lifecycleKind(tenantOf(dynamodb.OldImage), tenantOf(dynamodb.NewImage));
    return kind === undefined ? undefined : { id, kind, tenant: sk.S.slice(TABLE.tenant.length) };
  }
  if (sk.S.startsWith(TABLE.plan)) return { id, kind: 'plan_changed', plan: sk.S.slice(TABLE.plan.length) };
  const followed = sk.S.startsWith(TABLE.shared) || sk.S.startsWith(TABLE.cell);
  return followed ? { id, kind: 'registry_changed' } : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unread(body);
  }
}

const unread = (body: string): AppError =>
  new AppError('INPUT_INVALID', 'not a message of the registry’s table', {
    expected: 'a record of its stream, or {"reconcile":true}',
    got: JSON.stringify(body.slice(0, 80)),
  });

/** An image that is no valid tenant was written by hand; that it is there still says that one is. */
function tenantOf(attributes: Record<string, AttributeValue> | undefined): Tenant | undefined {
  if (attributes === undefined) return undefined;
  const { pk: _pk, sk: _sk, ...fields } = unmarshall(attributes);
  const tenant = tenantSchema.safeParse(fields);
  return tenant.success ? tenant.data : tenantSchema.parse({ id: 'invalid' });
}
