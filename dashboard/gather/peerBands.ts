import type { PeerBand } from '../DashboardData.js';

/** The fewest tenants that make a band: of fewer, a percentile is somebody. */
export const FEWEST_PEERS = 5;

/** The fewest tenants of a plan that are compared with each other rather than with all, as in detection. */
export const FEWEST_OF_PLAN = 8;

/** The value at a percentile of values in ascending order, by nearest rank: always one that is there. */
export function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? 0;
}

/** The bands of all customers that used a service, and of those of each plan that has enough of them. */
export function peerBands(used: readonly { readonly plan: number; readonly share: number }[]): readonly PeerBand[] {
  const plans = [...new Set(used.map(({ plan }) => plan))].filter((plan) => plan >= 0).sort((a, b) => a - b);
  return [-1, ...plans].flatMap((plan) => {
    const shares = used
      .filter((one) => plan === -1 || one.plan === plan)
      .map(({ share }) => share)
      .sort((a, b) => a - b);
    return shares.length < (plan === -1 ? FEWEST_PEERS : FEWEST_OF_PLAN) ? [] : [bandOf(plan, shares)];
  });
}

function bandOf(plan: number, ascending: readonly number[]): PeerBand {
  const at = (part: number): number => percentile(ascending, part);
  return {
    plan,
    tenants: ascending.length,
    ...{ p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), p99: at(0.99) },
  };
}
