import { decimalFromMicros } from '../../model/index.js';
import type { SinkPlan } from './planRecords.js';
import type { SinkRecord } from './SinkRecord.js';
import type { SinkState } from './SinkState.js';

const time = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

const line = (record: SinkRecord): string =>
  `  ${record.state}  ${record.id}  ${record.customer}  ${record.name}  ${time(record.start)} until ${time(record.end)}  ${record.units}${record.detail === '' ? '' : `  ${record.detail}`}`;

const shown = (record: SinkRecord) => ({ ...record, start: time(record.start), end: time(record.end) });

const carriedBy = (state: SinkState | undefined) =>
  Object.entries(state?.carried ?? {})
    .filter(([, micros]) => micros !== '0')
    .map(([key, micros]) => [key, decimalFromMicros(BigInt(micros))] as const);

const dueIn = ({ state }: SinkPlan): readonly SinkRecord[] =>
  state.records.filter((record) => record.state === 'pending');

/** How far a sink is, what is carried and what is not settled, for people. */
export function formatSinkState(state: SinkState | undefined): string {
  if (state === undefined) return 'nothing was sent yet';
  return [
    `sent until ${time(state.through)}`,
    ...carriedBy(state).map(([key, units]) => `  carried  ${key}  ${units}`),
    ...state.records.map(line),
  ].join('\n');
}

/** The same for programs. */
export function sinkStateAsObject(state: SinkState | undefined) {
  return {
    through: state === undefined ? null : time(state.through),
    carried: Object.fromEntries(carriedBy(state)),
    records: state?.records.map(shown) ?? [],
  };
}

/** What a run would send, for people. */
export function formatSinkPlan(plan: SinkPlan): string {
  const { state, unmapped } = plan;
  const due = dueIn(plan);
  const none = unmapped.length === 0 ? [] : [`not sent, no customer: ${unmapped.join(', ')}`];
  return [`would send ${due.length} records, until ${time(state.through)}`, ...due.map(line), ...none].join('\n');
}

/** The same for programs. */
export function sinkPlanAsObject(plan: SinkPlan) {
  return { records: dueIn(plan).map(shown), unmapped: plan.unmapped };
}
