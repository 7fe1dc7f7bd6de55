import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { AppError, LAKE, QUARANTINE_REASONS, type QuarantineReason, systemCode } from '../../model/index.js';
import { LOCAL_LAMBDA_ARN } from '../delivery/batchEvents.js';

/**
 * One line of an error object as Firehose writes it, for failures of the transform and of the format conversion (AWS
 * documentation, state of 2026). Unknown keys are allowed: AWS adds fields.
 */
const errorLineSchema = z.looseObject({
  arrivalTimestamp: z.int().nonnegative(),
  rawData: z.base64(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  lastErrorCode: z.string().optional(),
  lambdaArn: z.string().optional(),
});

/** A quarantined record as it was received. */
export interface QuarantinedRecord {
  readonly bytes: Buffer;
  /** Epoch milliseconds at which it arrived the first time. */
  readonly arrival: number;
  /** Identity of the place it lies at, for lines that carry no position of their own. */
  readonly shard: string;
  readonly sequence: string;
  /** Only its beginning was kept: it was too large to be a record, and cannot be replayed. */
  readonly cutShort: boolean;
  /** Why it was quarantined, where that was written beside it. */
  readonly reason: QuarantineReason | undefined;
  /** Firehose's own word for what failed: `Lambda.FunctionError`, `DataFormatConversion.ParseError`. */
  readonly code: string | undefined;
}

/** Paths of the lake's error objects, relative to the lake, in order; none when the lake has no quarantine. */
export async function listErrorObjects(lake: string): Promise<readonly string[]> {
  const root = join(lake, LAKE.errors);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'cannot read the quarantine', { got: root, cause: error });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(lake, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The records of one error object, in order. Throws INPUT_INVALID with file:line for a line that is none. */
export async function* readErrorObject(lake: string, object: string): AsyncGenerator<QuarantinedRecord> {
  const lines = createInterface({ input: createReadStream(join(lake, object)), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    yield parseErrorLine(text, object, number, join(lake, object)).record;
  }
}

/**
 * A line of an error object: the record, and all fields as they were written. Throws INPUT_INVALID with file:line.
 *
 * @param object its path in the lake, which is part of who the record is
 * @param place the same as a reader finds it
 */
export function parseErrorLine(
  text: string,
  object: string,
  number: number,
  place: string,
): { readonly record: QuarantinedRecord; readonly fields: Readonly<Record<string, unknown>> } {
  const own = createHash('sha256').update(object).digest('hex').slice(0, 16);
  const line = parseLine(text, `${place}:${number}`);
  // The local delivery writes each record once. Firehose may write one twice, so there the bytes are the identity.
  const code = line.errorCode ?? line.lastErrorCode;
  const local = line.lambdaArn === LOCAL_LAMBDA_ARN;
  const record = {
    bytes: Buffer.from(line.rawData, 'base64'),
    arrival: line.arrivalTimestamp,
    shard: local ? `file-${own}` : `replay-${own}`,
    sequence: String(number),
    reason: local ? reasonIn(line.errorMessage) : undefined,
    cutShort: code === 'Record.TooLarge',
    code,
  };
  return { record, fields: line };
}

function reasonIn(message: string | undefined): QuarantineReason | undefined {
  const word = /: ([a-z_]+)$/.exec(message ?? '')?.[1];
  return word !== undefined && Object.hasOwn(QUARANTINE_REASONS, word) ? (word as QuarantineReason) : undefined;
}

function parseLine(text: string, where: string): z.output<typeof errorLineSchema> {
  try {
    return errorLineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'not a line of an error object', {
      where,
      expected: '{"arrivalTimestamp", "rawData"} as Firehose writes them',
      got: JSON.stringify(text.slice(0, 60)),
      hint: 'move the file out of errors/ if something else wrote it',
      cause: error,
    });
  }
}
