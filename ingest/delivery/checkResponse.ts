import { AppError, type FirehoseEvent, type FirehoseResponse, isTenantId, isUtcDay } from '../../model/index.js';

/**
 * Holds an answer to Firehose's contract: every record once and in order, known results, partition keys on every `Ok`.
 * Throws INTERNAL: Firehose would fail the whole batch.
 */
export function checkResponse(event: FirehoseEvent, response: FirehoseResponse): void {
  const breach = (expected: string, got: unknown): never => {
    throw new AppError('INTERNAL', "the transform broke Firehose's contract", {
      expected,
      got: String(got),
      where: event.invocationId,
    });
  };
  if (response.records.length !== event.records.length)
    breach(`${event.records.length} answers`, response.records.length);
  response.records.forEach((answer, place) => {
    const asked = event.records[place]?.recordId;
    if (answer.recordId !== asked) breach(`an answer to ${asked}`, answer.recordId);
    if (!['Ok', 'Dropped', 'ProcessingFailed'].includes(answer.result))
      breach('Ok, Dropped or ProcessingFailed', answer.result);
    if (answer.result !== 'Ok') return;
    const keys = answer.metadata?.partitionKeys;
    if (keys === undefined || !isTenantId(keys.tenant_id) || !isUtcDay(keys.dt))
      breach('partition keys tenant_id and dt', JSON.stringify(keys));
  });
}
