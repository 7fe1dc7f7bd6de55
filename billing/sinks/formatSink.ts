import { decimalFromMicros } from '../../model/index.js';
import type { SinkPlan } from './planRecords.js';
import type { SinkRecord } from './SinkRecord.js';
import type { SinkState } from './SinkState.js';

const time = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

const line = (record: SinkRecord): string =>
  `  ${record.state}  ${record.id}  ${record.customer}  ${record.name}  ${time(record.start)} until ${time(record.end)}  ${record.units}${record.detail === '' ? '' : `  ${record.detail}`}`;

const shown = (record: SinkRecord) => ({ ...record, start: time(record.start), end: time(record.end) });

/** How far a sink is, what is carried and what is not settled, for people or as JSON. */
export function formatSinkState(state: SinkState | undefined, json: boolean, dryRun = false): string {
  const carried = Object.entries(state?.carried ?? {})
    .filter(([, micros]) => micros !== '0')
    .map(([key, micros]) => [key, decimalFromMicros(BigInt(micros))] as const);
  if (json) {
    const value = {
      ...(dryRun ? { dry_run: true } : {}),
      through: state === undefined ? null : time(state.through),
      carried: Object.fromEntries(carried),
      records: state?.records.map(shown) ?? [],
    };
    return JSON.stringify(value, null, 2);
  }
  if (state === undefined) return 'nothing was sent yet';
  return [
    `sent until ${time(state.through)}`,
    ...carried.map(([key, units]) => `  carried  ${key}  ${units}`),
    ...state.records.map(line),
  ].join('\n');
}

/** What a run would send, for people or as JSON. */
export function formatSinkPlan({ state, unmapped }: SinkPlan, json: boolean): string {
  const due = state.records.filter((record) => record.state === 'pending');
  if (json) return JSON.stringify({ dry_run: true, records: due.map(shown), unmapped }, null, 2);
  const none = unmapped.length === 0 ? [] : [`not sent, no customer: ${unmapped.join(', ')}`];
  return [`would send ${due.length} records, until ${time(state.through)}`, ...due.map(line), ...none].join('\n');
}
