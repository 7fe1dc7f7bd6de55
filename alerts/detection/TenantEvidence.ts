/** What one window says of one tenant and one panel. Ratios and shares are plain numbers; p one-sided, upper. */
export interface TenantEvidence {
  readonly tenant: string;
  readonly amount: number;
  readonly share: number;
  /** Rank by amount among all tenants, 1 the largest. */
  readonly rank: number;
  /** What peers of its size use; null without peers. */
  readonly peerExpected: number | null;
  readonly peerP: number | null;
  readonly peerLevel: 'strong' | 'weak' | 'none';
  /** The population itself is so heavy-tailed that being far out is nothing special. */
  readonly tailCapped: boolean;
  readonly peers: number;
  /** What its own level and the fleet's movement lead one to expect; null with too little history. */
  readonly ownExpected: number | null;
  readonly changeP: number | null;
  readonly changeLevel: 'strong' | 'weak' | 'none';
  readonly changeRatio: number | null;
  /** S, upward; null where it was not computed: no impact, or too little history. */
  readonly ownScore: number | null;
  readonly dominant: boolean;
  /** Above 1.25 times its contracted or acknowledged share. */
  readonly overrun: boolean;
  /** Within what an operator said is known of it: its share is no more than was acknowledged. */
  readonly acknowledged: boolean;
  readonly creeping: boolean;
  /** Fewer than 24 windows of its own, or being brought in. */
  readonly isNew: boolean;
  /** Amount beyond what either expectation explains. */
  readonly excess: number;
  /** List-price dollars of the excess by the hour; null without a price. */
  readonly excessUsdPerHour: number | null;
}
