import * as z from 'zod';

/** An object that S3 says was created. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
}

/** What a message of S3's says: objects that were created, or nothing of that kind. */
export interface ObjectEvent {
  /** Objects that were created; none for S3's test of the queue, and for events of other kinds. */
  readonly created: readonly CreatedObject[];
}

/** Events before 2.1 have the same fields; S3 raises the minor version when it adds some. */
const eventSchema = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:s3'),
      eventName: z.string(),
      s3: z.object({
        bucket: z.object({ name: z.string().min(1) }),
        object: z.object({ key: z.string().min(1) }),
      }),
    }),
  ),
});
/** Sent once when a bucket is told of its queue. */
const testSchema = z.object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') });

/**
 * Reads a message that S3 put into a queue ("Event message structure" of the S3 user guide). Only names are taken from it: what an
 * object is now, S3 is asked. Undefined when it is none that S3 writes.
 */
export function readObjectEvent(body: string): ObjectEvent | undefined {
  const json = parsed(body);
  if (testSchema.safeParse(json).success) return { created: [] };
  const event = eventSchema.safeParse(json);
  if (!event.success) return undefined;
  const created: CreatedObject[] = [];
  for (const { eventName, s3 } of event.data.Records) {
    if (!eventName.startsWith('ObjectCreated:')) continue;
    const key = decoded(s3.object.key);
    if (key === undefined) return undefined;
    created.push({ bucket: s3.bucket.name, key });
  }
  return { created };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Keys are encoded as in a form: a blank is `+`, a plus `%2B`, `=` `%3D`. */
function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
