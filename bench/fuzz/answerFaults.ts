import {
  EVENT_COLUMNS,
  FIREHOSE_LIMITS,
  type FirehoseEvent,
  type FirehoseResponse,
  type RecordOutcome,
} from '../../model/index.js';
import type { ReputPiece } from '../../transforms/index.js';

/** What is wrong with the answer to one record of a batch. */
export interface AnswerFault {
  readonly place: number;
  readonly fault: string;
}

const COLUMNS: ReadonlySet<string> = new Set(EVENT_COLUMNS.map(({ name }) => name));

/** Holds an answer to the contract and to the accounts: ids, order, size, lines, columns, the tenant each line named. */
export function answerFaults(
  event: FirehoseEvent,
  response: FirehoseResponse,
  outcomes: readonly RecordOutcome[],
  pieces: readonly ReputPiece[],
): readonly AnswerFault[] {
  const faults: AnswerFault[] = [];
  const fail = (place: number, fault: string): void => void faults.push({ place, fault });
  if (response.records.length !== event.records.length) fail(0, 'not as many answers as records');
  if (outcomes.length !== event.records.length) fail(0, 'not as many outcomes as records');
  if (JSON.stringify(response).length > FIREHOSE_LIMITS.payloadBytes) fail(0, 'the answer is too large');
  let reputLines = 0;
  for (const [place, { recordId, result, data, metadata }] of response.records.entries()) {
    const outcome = outcomes[place];
    if (recordId !== event.records[place]?.recordId) fail(place, 'another id, or out of order');
    if (outcome?.reason === 'internal_error') fail(place, 'met a defect');
    if (outcome?.outcome === 'reput') reputLines += outcome.lines;
    if ((result === 'Ok') !== (outcome?.outcome === 'accepted')) fail(place, 'answer and outcome differ');
    if (result !== 'Ok') continue;
    const text = Buffer.from(data, 'base64').toString();
    const lines = text.slice(0, -1).split('\n');
    if (!text.endsWith('\n') || lines.length !== outcome?.lines) fail(place, 'lines were lost or made up');
    const { tenant_id: tenant, dt } = metadata?.partitionKeys ?? { tenant_id: '', dt: '' };
    if (tenant !== outcome?.tenantId || dt !== outcome?.dt) fail(place, 'another partition than observed');
    for (const line of lines) {
      const fault = eventFault(line, tenant);
      if (fault !== undefined) fail(place, fault);
    }
  }
  const sent = pieces.reduce((sum, { data }) => sum + data.toString().trimEnd().split('\n').length - 1, 0);
  if (sent !== reputLines) fail(0, `${reputLines} lines were to be sent again, ${sent} were`);
  return faults;
}

function eventFault(line: string, tenant: string): string | undefined {
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return 'an event is no JSON';
  }
  const foreign = Object.keys(event).find((key) => !COLUMNS.has(key));
  if (foreign !== undefined) return `a column that is none: ${foreign}`;
  const { namespace, problems } = event;
  const own = tenant === namespace || tenant.startsWith('_') || (problems as string[]).includes('line_not_json');
  return own ? undefined : `a line of namespace ${String(namespace)} under ${tenant}`;
}
