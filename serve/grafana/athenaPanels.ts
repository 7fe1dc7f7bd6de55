/** A panel over a saved report: what of its rows is shown, and how. */
export interface AthenaPanel {
  readonly report: string;
  readonly kind: 'table' | 'timeseries' | 'barchart';
  /** A query of the report's rows, which stand where `{rows}` is and are called `r`. */
  readonly projection: string;
  /** Grafana's units, by column; of a chart one for all its values. */
  readonly units: Readonly<Record<string, string>>;
  readonly width: number;
  readonly height: number;
}

/** What an operator looks at first, in order: reports of the catalogue whose views Athena has. */
export const ATHENA_PANELS: readonly AthenaPanel[] = [
  {
    report: 'tenant-share',
    kind: 'table',
    // A division of amounts, exact in the report; a dashboard shows a few digits of it.
    projection: `select r.basis, r.rank, r.tenant_id,
  cast(r.amount as double) / nullif(cast(r.total as double), 0) as share,
  cast(r.amount_before as double) / nullif(cast(r.total_before as double), 0) as share_before,
  case when r.basis = 'USD' then cast(r.amount as double) / 1e18 end as usd_at_list_price
from {rows}
order by r.basis, r.rank`,
    units: { share: 'percentunit', share_before: 'percentunit', usd_at_list_price: 'currencyUSD' },
    width: 12,
    height: 12,
  },
  {
    report: 'tenant-usage-by-hour',
    kind: 'timeseries',
    projection: `select r.hour as time, r.service || ' ' || r.meter || ' (' || r.unit || ')' as metric, cast(r.quantity_micros as double) / 1e6 as quantity
from {rows}
where r.service = {service}
order by 1, 2`,
    units: { quantity: 'short' },
    width: 12,
    height: 12,
  },
  {
    report: 'top-tenants',
    kind: 'table',
    projection: `select r.service, r.meter, r.unit, r.rank, r.tenant_id, cast(r.quantity_micros as double) / 1e6 as quantity, r.events
from {rows}
order by r.service, r.meter, r.rank`,
    units: { quantity: 'short', events: 'short' },
    width: 12,
    height: 10,
  },
  {
    report: 'tenant-usage-by-day',
    kind: 'barchart',
    projection: `select r.day, r.meter || ' (' || r.unit || ')' as metric, cast(r.quantity_micros as double) / 1e6 as quantity
from {rows}
where r.service = {service}
order by 1, 2`,
    units: { quantity: 'short' },
    width: 12,
    height: 10,
  },
  {
    report: 'ingest-lag',
    kind: 'table',
    projection: `select r.emitter, r.hours, r.lines, r.last_event_hour, r.last_arrival, r.median_lag_ms, r.greatest_lag_ms
from {rows}
order by r.greatest_lag_ms desc, r.emitter`,
    units: { lines: 'short', median_lag_ms: 'ms', greatest_lag_ms: 'ms' },
    width: 12,
    height: 9,
  },
  {
    report: 'late-data',
    kind: 'table',
    projection: `select r.emitter, r.day, r.arrived, r.days_late, r.counted, r.duplicates
from {rows}
order by r.days_late desc, r.day desc, r.emitter`,
    units: { counted: 'short', duplicates: 'short' },
    width: 12,
    height: 9,
  },
];
