-- ---
-- name: tenant-usage-by-hour
-- title: What one tenant used, hour by hour
-- owner: platform
-- description: >
--   Consumption of one tenant per UTC hour, service and meter, in the meter's own unit.
-- scope: tenant
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the consuming tenant }
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: hour, type: timestamp, unit: UTC hour, description: when it was consumed }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
-- ---
select
  event_hour as hour, service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events
from ledger
where tenant_id = {{tenant_id}}
  and event_hour >= {{window.start}} and event_hour < {{window.end}}
group by event_hour, service, meter, unit
order by event_hour, service, meter, unit
