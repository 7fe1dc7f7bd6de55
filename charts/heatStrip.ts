import { ACCENT, PALETTE, REST } from './palette.js';

/** A row of {@link heatStripRuns}: a letter an hour. */
export interface HeatRun {
  readonly state: string;
  /** First hour and number of hours. */
  readonly from: number;
  readonly length: number;
}

/** How each state of an hour is drawn and called. Letters are what the strip's rows are made of. */
export const HOUR_LOOKS: Readonly<
  Record<string, { readonly name: string; readonly colour: string; readonly sign: string }>
> = {
  c: { name: 'complete', colour: PALETTE[1], sign: '' },
  d: { name: 'declared: no heartbeats to prove it', colour: PALETTE[5], sign: '·' },
  z: { name: 'idle: no pod ran', colour: REST, sign: '–' },
  o: { name: 'open: may still become complete', colour: PALETTE[4], sign: '…' },
  i: { name: 'incomplete', colour: ACCENT, sign: '!' },
  ' ': { name: 'nothing known', colour: 'none', sign: '' },
};

/** The hours of one row as runs of the same state: a month of hours is a few rectangles. */
export function heatStripRuns(states: string): readonly HeatRun[] {
  const runs: HeatRun[] = [];
  for (let at = 0; at < states.length; ) {
    let end = at + 1;
    while (end < states.length && states[end] === states[at]) end += 1;
    runs.push({ state: states[at] ?? ' ', from: at, length: end - at });
    at = end;
  }
  return runs;
}
