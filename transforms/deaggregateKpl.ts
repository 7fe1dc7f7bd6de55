import { createHash } from 'node:crypto';

/** First bytes of a record the Kinesis Producer Library aggregated. */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const MD5_BYTES = 16;

/**
 * The user records in a Kinesis record: those the KPL put together (its aggregation format: magic, a protocol-buffer
 * message, the message's MD5), or the record itself when it is none, or is not whole. Firehose does this before its
 * Lambda when its source is a Kinesis stream; who reads a stream itself, and records put directly, come as they are.
 */
export function deaggregateKpl(data: Buffer): readonly Buffer[] {
  // Looked at byte by byte: nearly no record is one, and a view of each would cost more than the look.
  if (data.length < MAGIC.length + MD5_BYTES || MAGIC.some((byte, place) => data[place] !== byte)) return [data];
  const message = data.subarray(MAGIC.length, data.length - MD5_BYTES);
  if (
    !createHash('md5')
      .update(message)
      .digest()
      .equals(data.subarray(data.length - MD5_BYTES))
  )
    return [data];
  const records = fieldsOf(message)?.flatMap(({ number, bytes }) =>
    number === 3 && bytes !== undefined ? [payloadOf(bytes)] : [],
  );
  if (records === undefined || records.some((record) => record === undefined)) return [data];
  return records as readonly Buffer[];
}

/** Field 3 of a Record message is its data. */
function payloadOf(record: Buffer): Buffer | undefined {
  return fieldsOf(record)?.find(({ number }) => number === 3)?.bytes;
}

interface Field {
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

/** The fields of a protocol-buffer message, or undefined when it is cut short or uses what the format does not have. */
function fieldsOf(message: Buffer): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 49 && at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const key = varint();
    if (key === undefined) return undefined;
    const wire = key & 7;
    const number = Math.floor(key / 8);
    if (wire === 0) {
      if (varint() === undefined) return undefined;
      fields.push({ number, bytes: undefined });
    } else if (wire === 2) {
      const length = varint();
      if (length === undefined || at + length > message.length) return undefined;
      fields.push({ number, bytes: message.subarray(at, at + length) });
      at += length;
    } else return undefined;
  }
  return fields;
}
