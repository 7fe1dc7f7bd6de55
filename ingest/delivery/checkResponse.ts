import {
  AppError,
  type FirehoseEvent,
  type FirehoseResponse,
  isTenantId,
  isUtcDay,
  type RecordOutcome,
} from '../../model/index.js';

/** What each result may be said to mean. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  Ok: ['accepted'],
  Dropped: ['reput', 'control'],
  ProcessingFailed: ['quarantined'],
};

/**
 * Holds an answer to Firehose's contract: every record once and in order, known results, base64, partition keys on every
 * `Ok`; and what was observed to the answer, since the counts come from it. Throws INTERNAL: Firehose would fail the batch.
 */
export function checkResponse(
  event: FirehoseEvent,
  response: FirehoseResponse,
  outcomes: readonly RecordOutcome[],
): void {
  const breach = (expected: string, got: unknown): never => {
    throw new AppError('INTERNAL', "the transform broke Firehose's contract", {
      expected,
      got: String(got),
      where: event.invocationId,
    });
  };
  if (response.records.length !== event.records.length)
    breach(`${event.records.length} answers`, response.records.length);
  if (outcomes.length !== event.records.length) breach(`${event.records.length} outcomes`, outcomes.length);
  response.records.forEach((answer, place) => {
    const asked = event.records[place]?.recordId;
    if (answer.recordId !== asked) breach(`an answer to ${asked}`, answer.recordId);
    const meanings = MEANINGS[answer.result] ?? [];
    if (meanings.length === 0) breach('Ok, Dropped or ProcessingFailed', answer.result);
    const outcome = outcomes[place];
    if (outcome?.recordId !== asked) breach(`an outcome of ${asked}`, outcome?.recordId);
    if (!meanings.includes(outcome?.outcome ?? ''))
      breach(`${meanings.join(' or ')} for ${answer.result}`, outcome?.outcome);
    if (answer.data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(answer.data))
      breach('base64', answer.data.slice(0, 40));
    if (answer.result !== 'Ok') return;
    const keys = answer.metadata?.partitionKeys;
    if (keys === undefined || !isTenantId(keys.tenant_id) || !isUtcDay(keys.dt))
      breach('partition keys tenant_id and dt', JSON.stringify(keys));
  });
}
