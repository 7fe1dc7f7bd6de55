-- ---
-- name: tenant-usage-by-day
-- title: What one tenant used, day by day
-- owner: platform
-- description: Consumption of one tenant per UTC day, service and meter, in the meter's own unit.
-- scope: tenant
-- table: ledger
-- expected_scan: ledger rows of the window
-- look_back: 31d
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the consuming tenant }
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: day, type: varchar, unit: UTC day, description: when it was consumed }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
-- ---
select
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events
from ledger
where tenant_id = {{tenant_id}}
  and event_hour >= {{window.start}} and event_hour < {{window.end}}
group by substr(cast(cast(event_hour as date) as varchar), 1, 10), service, meter, unit
order by day, service, meter, unit
