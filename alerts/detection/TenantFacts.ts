/** What detection knows of a tenant besides its usage. */
export interface TenantFacts {
  readonly tier?: string;
  /** Size to compare per: seats, contracted units; 1 when left out. */
  readonly size?: number;
  /** Contracted share of this service, 0 to 1: the tenant is then its own measure. */
  readonly expectedShare?: number;
  /** An operator's word that this tenant may be so large: its share, and how much more before it counts again. */
  readonly acknowledged?: { readonly share: number; readonly tolerance: number; readonly until: number };
  /** Until then (epoch ms) it is being brought in, and P is not held against it. */
  readonly onboardingUntil?: number;
}

/** What the infrastructure said in one window; null where nothing measures it. */
export interface Signal {
  /** Use of the provisioned capacity, 0 to 1. */
  readonly capacityUse: number | null;
  readonly throttledRequests: number | null;
  /** Whether a neighbour's error budget burns. */
  readonly neighbourBurn: boolean | null;
}
