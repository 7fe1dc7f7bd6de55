import { AppError, type ImportUnit, type RecordOutcome } from '../../model/index.js';
import type { createTransform, TransformDeps } from '../../transforms/index.js';
import { describeInput, type InputFile } from '../inputs/findInputs.js';
import { type InputRecord, readRecords } from '../inputs/readRecords.js';
import { batchEvent, batchIsFull } from './batchEvents.js';
import { checkResponse } from './checkResponse.js';
import type { PlannedUnit } from './planUnits.js';
import { stopIfAsked } from './stopIfAsked.js';
import { UnitWriter } from './UnitWriter.js';

/** What a unit was delivered with. */
export interface UnitDeps {
  readonly createTransform: typeof createTransform;
  readonly identity: Pick<TransformDeps, 'registry' | 'trust' | 'platformStream'>;
  readonly stream: string;
  readonly records: 'auto' | 'lines' | 'whole';
  readonly staging: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  /** Told after every invocation. */
  readonly onBatch: (records: number, bytes: number, quarantined: number) => void;
}

/** What came of a unit, ready to be committed. */
export interface DeliveredUnit {
  readonly delivery: NonNullable<ImportUnit['delivery']>;
  readonly blankLines: number;
}

/**
 * Sends every record of a unit through the transform, as Firehose would, and stages what it answers. Pieces the transform
 * sends again go into the next invocations, with their parent's arrival and place.
 */
export async function deliverUnit(plan: PlannedUnit, deps: UnitDeps): Promise<DeliveredUnit> {
  const { staging, memoryMb, threads } = deps;
  const writer = new UnitWriter({ staging, unit: plan.unit, memoryMb, threads });
  try {
    return await sendUnit(plan, deps, writer);
  } finally {
    // The lake is given back when this returns: nothing may still be writing in the background then.
    await writer.settled();
  }
}

async function sendUnit(plan: PlannedUnit, deps: UnitDeps, writer: UnitWriter): Promise<DeliveredUnit> {
  const counts = { records: 0, bytes: 0, accepted: 0, control: 0, reput: 0, reput_in: 0 };
  const quarantined = new Map<string, number>();
  let blankLines = 0;
  let returned: InputRecord[] = [];
  let outcomes: RecordOutcome[] = [];
  let asked = new Map<string, InputRecord>();
  const transform = deps.createTransform({
    ...deps.identity,
    reput: async (pieces, parent) => {
      const origin = asked.get(parent.recordId);
      if (origin === undefined) return pieces.map(() => false);
      returned.push(...pieces.map((piece) => ({ ...origin, bytes: piece.data })));
      return pieces.map(() => true);
    },
    observe: (outcome) => outcomes.push(outcome),
  });
  const quarantine = (record: InputRecord, type: string, reason: string): void => {
    writer.quarantine(type, record, reason);
    quarantined.set(reason, (quarantined.get(reason) ?? 0) + 1);
  };

  let invocations = 0;
  const invoke = async (records: readonly InputRecord[]): Promise<void> => {
    stopIfAsked(deps.signal);
    const { event } = batchEvent(plan.unit, invocations++, records);
    outcomes = [];
    asked = new Map(event.records.map((entry, place) => [entry.recordId, records[place] as InputRecord]));
    const response = await transform(event);
    checkResponse(event, response, outcomes);
    for (const [place, answer] of response.records.entries()) {
      const record = records[place] as InputRecord;
      const outcome = outcomes[place];
      if (answer.result === 'Ok' && answer.metadata !== undefined) {
        const ndjson = Buffer.from(answer.data, 'base64');
        const { tenant_id, dt } = answer.metadata.partitionKeys;
        await writer.accept(`tenant_id=${tenant_id}/dt=${dt}`, ndjson, outcome?.lines ?? 0);
        counts.accepted += 1;
      } else if (answer.result === 'ProcessingFailed')
        quarantine(record, 'processing-failed', outcome?.reason ?? 'internal_error');
      else if (outcome?.outcome === 'control') counts.control += 1;
      else counts.reput += 1;
    }
    deps.onBatch(
      counts.records,
      counts.bytes,
      [...quarantined.values()].reduce((sum, count) => sum + count, 0),
    );
  };

  let batch: InputRecord[] = [];
  let batchBytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await invoke(batch);
    batch = [];
    batchBytes = 0;
  };
  const add = async (record: InputRecord): Promise<void> => {
    if (batchIsFull(batch, batchBytes, record)) await flush();
    batch.push(record);
    batchBytes += record.bytes.length;
  };
  const drainReturned = async (): Promise<void> => {
    while (returned.length > 0) {
      const pieces = returned;
      returned = [];
      counts.reput_in += pieces.length;
      for (const piece of pieces) await add(piece);
      await flush();
    }
  };

  for (const file of plan.files) {
    const raw = { arrival: plan.arrival, stream: deps.stream, records: deps.records };
    const onBlank = (): void => {
      blankLines += 1;
    };
    for await (const block of readRecords(file, raw, onBlank)) {
      for (const record of block) {
        counts.records += 1;
        counts.bytes += record.tooLarge?.length ?? record.bytes.length;
        if (record.tooLarge !== undefined) quarantine(record, 'record-too-large', 'too_large');
        else await add(record);
        if (returned.length > 1000) await drainReturned();
      }
    }
    await checkUnchanged(file);
  }
  await flush();
  await drainReturned();
  const { objects, errors } = await writer.finish();
  return {
    delivery: {
      ...counts,
      quarantined: Object.fromEntries([...quarantined].sort()),
      lines: Object.fromEntries([...writer.lines].sort()),
      objects: [...objects],
      error_objects: [...errors],
    },
    blankLines,
  };
}

/** The journal will say that the content with this hash was delivered, so it must be what was read. */
async function checkUnchanged(file: InputFile): Promise<void> {
  const now = await describeInput(file.path);
  if (now.sha256 === file.sha256) return;
  throw new AppError('INPUT_INVALID', 'the input changed while it was read', {
    got: file.path,
    hint: 'nothing of it was delivered; run the same command again when nothing writes to it any more',
  });
}
