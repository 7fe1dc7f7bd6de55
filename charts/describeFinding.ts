import { HOUR_MS, humanInstant } from '../model/index.js';
import { amountLabel } from './chartParts.js';
import type { FindingPicture } from './FindingPicture.js';

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** What the picture of a finding says, in words: for those who do not see it. As it is; each place that shows it escapes it. */
export function describeFinding(picture: FindingPicture): string {
  const { tenantId, service, window, tenants, peerMedian, peers, past, expected, unit } = picture;
  const place = tenants.findIndex(({ id }) => id === tenantId);
  const own = tenants[place]?.share ?? 0;
  const amount = (value: number): string => amountLabel(value, unit);
  const before = past.slice(0, -1).flatMap(({ amount: one }) => (one === null ? [] : [one]));
  const now = past.at(-1)?.amount ?? null;
  return [
    `${tenantId} has ${percent(own)} of ${service} from ${humanInstant(window.start)} to ${humanInstant(window.end)} UTC, number ${place + 1} of ${tenants.length} tenants.`,
    peerMedian === null
      ? 'It has no peers to compare it with.'
      : `The median of its ${peers} ${peers === 1 ? 'peer' : 'peers'} is ${percent(peerMedian)}.`,
    ...(now === null ? [] : [`It used ${amount(now)}${unit === 'USD' ? ' at list price' : ''}.`]),
    before.length === 0
      ? 'Nothing is known of it before.'
      : `In the ${spanOf(picture)} before it used between ${amount(Math.min(...before))} and ${amount(Math.max(...before))} in as long.`,
    ...(expected === null ? [] : [`Its own past leads one to expect ${amount(expected)}.`]),
  ].join(' ');
}

function spanOf({ past, window }: FindingPicture): string {
  const ms = window.start - (past[0]?.start ?? window.start);
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / 60_000)} minutes`;
  return `${Math.round(ms / HOUR_MS)} hours`;
}
