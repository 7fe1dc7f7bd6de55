-- ---
-- name: table-scans
-- title: Who scans which table
-- owner: platform
-- description: >
--   DynamoDB tables and indexes that were read by Scan in a window: who did, how many scans, the read units they took, and what
--   part of all read units of that tenant and table that is. A scan reads everything and returns little; this is the list to
--   go through before buying capacity.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
--   - { name: top, type: integer, default: 20, min: 1, max: 1000, description: tenants and tables to show }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the tenant whose use it is }
--   - { name: resource, type: varchar, unit: "", description: table or index }
--   - { name: scans, type: bigint, unit: calls, description: scans that read units were stated of }
--   - { name: scan_units_micros, type: decimal, unit: millionths, description: read units of scans }
--   - { name: all_units_micros, type: decimal, unit: millionths, description: read units of all operations }
-- ---
with reads as (
  select
    tenant_id, resource,
    cast(sum(case when operation = 'Scan' then events else 0 end) as bigint) as scans,
    cast(sum(case when operation = 'Scan' then quantity_micros else cast(0 as decimal(38, 0)) end) as decimal(38, 0)) as scan_units_micros,
    cast(sum(quantity_micros) as decimal(38, 0)) as all_units_micros
  from ledger
  where service = 'DynamoDB' and meter = 'read_units'
    and event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by tenant_id, resource
)
select tenant_id, resource, scans, scan_units_micros, all_units_micros
from reads
where scans > 0
order by scan_units_micros desc, tenant_id, resource
limit {{top}}
