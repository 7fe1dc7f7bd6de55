import type {
  BatchMeterUsageCommandInput,
  MarketplaceMeteringClient,
  UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import { messageOf, neverSent } from '../../model/index.js';
import type { SinkOutcome, SinkRecord, SinkSender } from './SinkRecord.js';

/** Most records of one call (AWS Marketplace Metering API). 25 of ours are some 10 kB; a call may have 1 MB. */
const MOST_RECORDS = 25;

/** Errors of one record that spoil the whole call it is in. */
const OF_A_RECORD: ReadonlySet<string> = new Set([
  'InvalidCustomerIdentifierException',
  'InvalidLicenseException',
  'InvalidTagException',
  'InvalidUsageAllocationsException',
  'InvalidUsageDimensionException',
  'TimestampOutOfBoundsException',
  'ValidationException',
]);

/** One record as BatchMeterUsage takes it. */
export function usageRecord(record: SinkRecord): UsageRecord {
  return {
    Timestamp: new Date(record.timestamp * 1000),
    CustomerAWSAccountId: record.customer,
    Dimension: record.name,
    Quantity: record.units,
    ...(record.license_arn === undefined ? {} : { LicenseArn: record.license_arn }),
  };
}

/** Records in calls of at most 25. */
export function batchesOf(records: readonly SinkRecord[]): readonly (readonly SinkRecord[])[] {
  const batches = [];
  for (let at = 0; at < records.length; at += MOST_RECORDS) batches.push(records.slice(at, at + MOST_RECORDS));
  return batches;
}

/** A call's input. */
export function batchInput(
  records: readonly SinkRecord[],
  productCode: string | undefined,
): BatchMeterUsageCommandInput {
  return {
    ...(productCode === undefined ? {} : { ProductCode: productCode }),
    UsageRecords: records.map(usageRecord),
  };
}

/**
 * Meters usage at AWS Marketplace (`BatchMeterUsage`). Identical records are taken once, so that a call can be made again; what the
 * service leaves unprocessed is tried again. A call that is refused for one of its records is made again record by record, so that
 * none is held back by another. The client is to try once: retries are the caller's.
 */
export function marketplaceSender(client: MarketplaceMeteringClient, productCode: string | undefined): SinkSender {
  const call = async (records: readonly SinkRecord[]): Promise<readonly SinkOutcome[]> => {
    const { BatchMeterUsageCommand } = await import('@aws-sdk/client-marketplace-metering');
    try {
      const answer = await client.send(new BatchMeterUsageCommand(batchInput(records, productCode)));
      const results = new Map((answer.Results ?? []).map((result) => [keyOf(result.UsageRecord), result] as const));
      const unprocessed = new Set((answer.UnprocessedRecords ?? []).map(keyOf));
      return records.map((record): SinkOutcome => {
        const key = keyOf(usageRecord(record));
        if (unprocessed.has(key)) return { kind: 'retry', reason: 'unprocessed', unsent: true };
        const result = results.get(key);
        if (result?.Status === 'Success') return { kind: 'sent', receipt: result.MeteringRecordId ?? 'Success' };
        if (result?.Status === undefined)
          return { kind: 'retry', reason: 'the answer does not mention it', unsent: false };
        return { kind: 'rejected', reason: result.Status };
      });
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      const reason = `${name}: ${messageOf(error)}`;
      if (!OF_A_RECORD.has(name)) return records.map(() => ({ kind: 'retry', reason, unsent: wasRefused(error) }));
      const [only] = records;
      if (records.length === 1 && only !== undefined) return [{ kind: 'rejected', reason }];
      const outcomes: SinkOutcome[] = [];
      for (const record of records) outcomes.push(...(await call([record])));
      return outcomes;
    }
  };
  return {
    async send(records) {
      const outcomes: SinkOutcome[] = [];
      for (const batch of batchesOf(records)) outcomes.push(...(await call(batch)));
      return outcomes;
    },
  };
}

/** A call that was refused as a whole, or never made: none of its records was taken. */
function wasRefused(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return (status >= 400 && status < 500) || name === 'CredentialsProviderError' || neverSent(error);
}

function keyOf(record: UsageRecord | undefined): string {
  const { Timestamp, CustomerAWSAccountId, Dimension, LicenseArn } = record ?? {};
  return [Timestamp?.getTime(), CustomerAWSAccountId, Dimension, LicenseArn ?? ''].join('\n');
}
