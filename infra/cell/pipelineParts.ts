/**
 * What each alarm of a cell says about its work.
 *
 * - `symptom`: records are lost to `errors/`, refused or late. Somebody is called.
 * - `cause`: something that a symptom follows from when it lasts, and that mends itself when it does not. A detail.
 * - `planned`: work for the day.
 */
export const PIPELINE_PARTS = {
  'delivery-late': 'symptom',
  'transform-failing': 'symptom',
  'transform-errors': 'cause',
  'transform-throttled': 'cause',
  'conversion-failing': 'symptom',
  'delivery-failing': 'symptom',
  'partitions-near-limit': 'planned',
  'partitions-exceeded': 'symptom',
  'stream-behind': 'symptom',
  'stream-reads-throttled': 'cause',
  'stream-writes-throttled': 'symptom',
} as const satisfies Readonly<Record<string, 'symptom' | 'cause' | 'planned'>>;

/** An alarm of a cell, by its name without prefix and cell. */
export type CellAlarmName = keyof typeof PIPELINE_PARTS;

/** Name of an alarm of a cell. */
export function cellAlarm(prefix: string, cell: string, name: CellAlarmName): string {
  return `${prefix}-${cell}-${name}`;
}

/** Name of the alarm that is on while any symptom of a cell is, and tells nobody. */
export const partsAlarm = (prefix: string, cell: string): string => `${prefix}-${cell}-pipeline-parts`;

/** Name of the alarm that calls somebody for it. */
export const brokenAlarm = (prefix: string, cell: string): string => `${prefix}-${cell}-pipeline-broken`;

/** Rule of {@link partsAlarm}, as CloudWatch reads it: by names, since the alarms are of the same account and region. */
export function pipelineRule(prefix: string, cell: string): string {
  const symptoms = Object.entries(PIPELINE_PARTS).filter(([, part]) => part === 'symptom');
  return symptoms.map(([name]) => `ALARM("${cellAlarm(prefix, cell, name as CellAlarmName)}")`).join(' OR ');
}
