import type { InputRecord } from '../inputs/readRecords.js';
import { LOCAL_LAMBDA_ARN } from './batchEvents.js';

/**
 * One line of an error object, in the format Firehose writes: the record's original bytes and a message, which here ends
 * with the reason (Firehose's own is generic, and the reason has to be found again from the bytes). The attempt ends when the record arrived, so that a
 * repeated run writes the same bytes.
 */
export function errorRecord(record: InputRecord, reason: string): string {
  const { tooLarge } = record;
  const line = {
    attemptsMade: 1,
    arrivalTimestamp: record.arrival,
    errorCode: tooLarge === undefined ? 'Lambda.ProcessingFailedStatus' : 'Record.TooLarge',
    errorMessage:
      tooLarge === undefined
        ? `ProcessingFailed status set for record: ${reason}`
        : `line of ${tooLarge.length} bytes at offset ${tooLarge.offset} of ${record.shard}, sha256 ${tooLarge.sha256}; rawData is its beginning: ${reason}`,
    attemptEndingTimestamp: record.arrival,
    rawData: record.bytes.toString('base64'),
    lambdaArn: LOCAL_LAMBDA_ARN,
  };
  return `${JSON.stringify(line)}\n`;
}

/** Path of an error object as Firehose names them, by the arrival of its first record (epoch ms, UTC). */
export function errorPath(type: string, arrival: number, unit: string, number: number): string {
  const stamp = new Date(arrival).toISOString();
  const [year, month, day, hour, minute, second] = stamp.split(/[-T:.]/);
  const folder = `errors/${type}/${year}/${month}/${day}/${hour}`;
  return `${folder}/tenantscope-local-1-${year}-${month}-${day}-${hour}-${minute}-${second}-${unit}-${number}`;
}
