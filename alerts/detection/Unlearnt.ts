/** A tenant's usage in a span of time, half-open, epoch milliseconds. */
export interface UnlearntSpan {
  readonly tenant_id: string;
  readonly start: number;
  readonly end: number;
}

/** Windows of tenants that nothing is learnt from: they were found changed there, or had an open incident. */
export class Unlearnt {
  readonly #byStart = new Map<number, Set<string>>();

  /** Windows of one length, from the spans they were written as. */
  static of(spans: readonly UnlearntSpan[], windowMs: number): Unlearnt {
    const unlearnt = new Unlearnt();
    for (const { tenant_id, start, end } of spans)
      for (let at = start; at < end; at += windowMs) unlearnt.add(at, tenant_id);
    return unlearnt;
  }

  add(start: number, tenant: string): void {
    const tenants = this.#byStart.get(start);
    if (tenants === undefined) this.#byStart.set(start, new Set([tenant]));
    else tenants.add(tenant);
  }

  /** The tenants of one window; undefined of none. */
  at(start: number): ReadonlySet<string> | undefined {
    return this.#byStart.get(start);
  }

  /** The windows from `since` on as spans without gaps, by tenant and time: what of them is worth keeping. */
  spans(windowMs: number, since: number): readonly UnlearntSpan[] {
    const starts = new Map<string, number[]>();
    for (const [start, tenants] of this.#byStart)
      for (const tenant of start < since ? [] : tenants) starts.set(tenant, [...(starts.get(tenant) ?? []), start]);
    return [...starts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([tenant_id, of]) => {
        const spans: { tenant_id: string; start: number; end: number }[] = [];
        for (const start of of.sort((a, b) => a - b)) {
          const last = spans.at(-1);
          if (last?.end === start) last.end = start + windowMs;
          else spans.push({ tenant_id, start, end: start + windowMs });
        }
        return spans;
      });
  }
}
