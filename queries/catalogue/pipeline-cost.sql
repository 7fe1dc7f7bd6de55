-- ---
-- name: pipeline-cost
-- title: What each tenant costs in the pipeline itself
-- owner: platform
-- description: >
--   Log lines and bytes each tenant sent through the pipeline in a window, beside the sums of all tenants, and their
--   value where the Pipeline meters have a list price (by default they have none; see list_prices).
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: log_events_micros, type: decimal, unit: millionths of a line, description: lines }
--   - { name: all_log_events_micros, type: decimal, unit: millionths of a line, description: lines of all tenants }
--   - { name: log_bytes_micros, type: decimal, unit: millionths of a byte, description: bytes of text }
--   - { name: all_log_bytes_micros, type: decimal, unit: millionths of a byte, description: bytes of all tenants }
--   - { name: value_attodollars, type: decimal, unit: 1e-18 USD, description: at list price; null when the Pipeline has none }
-- ---
with used as (
  select
    tenant_id, meter,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros
  from ledger
  where service = 'Pipeline'
    and event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by tenant_id, meter
),
by_tenant as (
  select
    u.tenant_id,
    cast(coalesce(sum(case when u.meter = 'log_events' then u.quantity_micros end), 0) as decimal(38, 0)) as log_events_micros,
    cast(coalesce(sum(case when u.meter = 'log_bytes' then u.quantity_micros end), 0) as decimal(38, 0)) as log_bytes_micros,
    cast(sum(u.quantity_micros * cast(p.picodollars_per_unit as decimal(38, 0))) as decimal(38, 0)) as value_attodollars
  from used u
  left join list_prices p on p.service = 'Pipeline' and p.meter = u.meter
  group by u.tenant_id
)
select
  tenant_id,
  log_events_micros,
  cast(sum(log_events_micros) over () as decimal(38, 0)) as all_log_events_micros,
  log_bytes_micros,
  cast(sum(log_bytes_micros) over () as decimal(38, 0)) as all_log_bytes_micros,
  value_attodollars
from by_tenant
order by log_bytes_micros desc, tenant_id
