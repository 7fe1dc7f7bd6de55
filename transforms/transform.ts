import {
  FIREHOSE_LIMITS,
  type FirehoseEvent,
  type FirehoseRecord,
  type FirehoseResponse,
  type FirehoseResultRecord,
  type RecordOutcome,
  type Registry,
  readFirehoseEvent,
} from '../model/index.js';
import type { IdentityRules } from './identify.js';
import { NdjsonBuffer } from './NdjsonBuffer.js';
import type { Reput, ReputPiece } from './Reput.js';
import { type TransformedRecord, transformRecord } from './transformRecord.js';

/** What the transform needs of the outside world. */
export interface TransformDeps {
  /** The registry snapshot; asked once per batch, so that one batch sees one. */
  readonly registry: () => Registry;
  readonly trust: 'namespace' | 'stamped';
  /** Name of the stream on which shared namespaces are believed. */
  readonly platformStream: string;
  readonly reput: Reput;
  /** Told what became of each record, exactly once per record. */
  readonly observe: (outcome: RecordOutcome) => void;
}

/** Room kept in the answer for ids, keys and punctuation around the data. */
const RESPONSE_BYTES = FIREHOSE_LIMITS.payloadBytes - 512 * 1024;
const ENTRY_OVERHEAD = 256;

/**
 * The Firehose transform: answers every record exactly once, in order. It never throws for what a record holds; a record
 * that meets a defect is quarantined alone. Throws only when the event itself is not Firehose's (zod's error).
 */
export function createTransform(deps: TransformDeps): (event: unknown) => Promise<FirehoseResponse> {
  const out = new NdjsonBuffer();
  return async (raw) => {
    const event = readFirehoseEvent(raw);
    const rules: IdentityRules = {
      registry: deps.registry(),
      trust: deps.trust,
      onPlatformStream: streamName(event) === deps.platformStream,
    };
    const records: FirehoseResultRecord[] = [];
    let room = RESPONSE_BYTES - event.records.length * ENTRY_OVERHEAD;
    for (const record of event.records) {
      const answered = answer(record, rules, deps.reput, room, out);
      // Most records are answered at once; waiting for each would cost a turn of the event loop's queue.
      const { result, outcome } = answered instanceof Promise ? await answered : answered;
      // The bytes received go back with a failure, as Firehose's own examples do, as long as the answer has room for them.
      const returned =
        result.result === 'ProcessingFailed' && record.data.length <= room ? { ...result, data: record.data } : result;
      room -= returned.data.length;
      records.push(returned);
      deps.observe(outcome);
    }
    return { records };
  };
}

interface Answer {
  readonly result: FirehoseResultRecord;
  readonly outcome: RecordOutcome;
}

function answer(
  record: FirehoseRecord,
  rules: IdentityRules,
  reput: Reput,
  room: number,
  out: NdjsonBuffer,
): Answer | Promise<Answer> {
  const transformed = transformSafely(record, rules, out);
  if (transformed.kind === 'quarantined') return quarantine(record, transformed);
  if (transformed.kind === 'control') {
    return {
      result: { recordId: record.recordId, result: 'Dropped', data: '' },
      outcome: { recordId: record.recordId, outcome: 'control', lines: 0, bytes: sizeOf(record) },
    };
  }
  if (transformed.kind === 'split') return sendAgain(record, transformed.pieces, transformed.lines, reput);
  const data = out.toBase64();
  if (data.length > room) {
    const whole = [{ data: Buffer.from(record.data, 'base64'), partitionKey: record.recordId.slice(0, 256) }];
    const pieces = data.length <= RESPONSE_BYTES - ENTRY_OVERHEAD ? whole : transformed.halve();
    // Sent again it would be as large.
    if (pieces === undefined)
      return quarantine(record, { kind: 'quarantined', reason: 'event_too_large', lines: transformed.lines });
    return sendAgain(record, pieces, transformed.lines, reput);
  }
  const { tenantId, dt, lines } = transformed;
  return {
    result: { recordId: record.recordId, result: 'Ok', data, metadata: { partitionKeys: { tenant_id: tenantId, dt } } },
    outcome: { recordId: record.recordId, outcome: 'accepted', tenantId, dt, lines, bytes: sizeOf(record) },
  };
}

function transformSafely(record: FirehoseRecord, rules: IdentityRules, out: NdjsonBuffer): TransformedRecord {
  try {
    return transformRecord(record, rules, out);
  } catch {
    return { kind: 'quarantined', reason: 'internal_error', lines: 0 };
  }
}

async function sendAgain(
  record: FirehoseRecord,
  pieces: readonly ReputPiece[],
  lines: number,
  reput: Reput,
): Promise<Answer> {
  const taken = await reput(pieces, record).catch(() => [false]);
  if (taken.length < pieces.length || taken.includes(false)) {
    // Pieces that were taken come again with the parent's replay; their event ids make them duplicates, never a loss.
    return quarantine(record, { kind: 'quarantined', reason: 'reput_failed', lines });
  }
  return {
    result: { recordId: record.recordId, result: 'Dropped', data: '' },
    outcome: { recordId: record.recordId, outcome: 'reput', lines, bytes: sizeOf(record) },
  };
}

function quarantine(record: FirehoseRecord, verdict: Extract<TransformedRecord, { kind: 'quarantined' }>): Answer {
  const { reason, lines } = verdict;
  return {
    result: { recordId: record.recordId, result: 'ProcessingFailed', data: '' },
    outcome: { recordId: record.recordId, outcome: 'quarantined', reason, lines, bytes: sizeOf(record) },
  };
}

function sizeOf(record: FirehoseRecord): number {
  return Buffer.byteLength(record.data, 'base64');
}

function streamName(event: FirehoseEvent): string {
  return (event.sourceKinesisStreamArn ?? event.deliveryStreamArn).split('/').at(-1) ?? '';
}
