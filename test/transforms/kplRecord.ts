import { createHash } from 'node:crypto';

/** A record as the Kinesis Producer Library aggregates it, written from its format's description. */
export function kplRecord(records: readonly Buffer[], keys: readonly string[] = ['a', 'b']): Buffer {
  const message = Buffer.concat([
    ...keys.map((key) => field(1, Buffer.from(key))),
    ...records.map((data, place) =>
      field(3, Buffer.concat([Buffer.from([0x08]), varint(place % keys.length), field(3, data)])),
    ),
  ]);
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
