import { peerTest } from '../../../alerts/detection/peerTest.js';

/** What P says of one active tenant. */
export interface PeerVerdict {
  /** Its place among the amounts. */
  readonly place: number;
  readonly p: number;
  readonly level: 'strong' | 'weak' | 'none';
  readonly tailCapped: boolean;
}

/** P of a fleet without tiers: a verdict for each active tenant. */
export function peerVerdicts(amounts: readonly number[], weights: readonly number[] = []): readonly PeerVerdict[] {
  const { p, flagged } = peerTest({
    amounts: Float64Array.from(amounts),
    weights: Float64Array.from(amounts, (_, place) => weights[place] ?? 1),
    tiers: [],
  });
  return amounts.flatMap((amount, place) => {
    const { level = 'none' as const, tailCapped = false } = flagged.get(place) ?? {};
    return amount > 0 ? [{ place, p: p.at(place), level, tailCapped }] : [];
  });
}
