import type { Window } from '../model/index.js';

/** What a picture of a finding is drawn from: the tenant against its peers, and against its own past. Shares are 0 to 1. */
export interface FindingPicture {
  readonly tenantId: string;
  readonly service: string;
  /** What was judged, `[start, end)`, UTC. */
  readonly window: Window;
  /** Shares in the window, the greatest first; the tenant among them. */
  readonly tenants: readonly { readonly id: string; readonly share: number }[];
  /** Median of the tenant's peers; null without any. */
  readonly peerMedian: number | null;
  readonly peers: number;
  /** What amounts are: `USD` at list price, or a meter. */
  readonly unit: string;
  /** What the tenant used in windows of the same length, oldest first, the judged one last; null where nothing came. */
  readonly past: readonly { readonly start: number; readonly amount: number | null }[];
  /** The amount its own past leads one to expect; null with too little of it. */
  readonly expected: number | null;
}
