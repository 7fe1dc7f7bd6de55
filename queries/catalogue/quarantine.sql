-- ---
-- name: quarantine
-- title: What did not get through, and why
-- owner: platform
-- description: >
--   Records that arrived in the window and were not accepted, by reason (docs/tables.md). Their bytes are kept;
--   replay brings them in once the cause is mended, and they stay listed here.
-- scope: platform
-- table: quarantine
-- expected_scan: error objects of the lake
-- params:
--   - { name: window, type: window, required: true, description: when it arrived }
-- columns:
--   - { name: reason, type: varchar, unit: "", description: code of the reason; unstated when Firehose wrote none }
--   - { name: records, type: bigint, unit: records, description: records not accepted }
--   - { name: bytes, type: bigint, unit: B, description: bytes kept of them }
--   - { name: first_arrival, type: timestamp, unit: UTC, description: the earliest of the window }
--   - { name: last_arrival, type: timestamp, unit: UTC, description: the latest of the window }
-- ---
select
  q.reason,
  count(*) as records,
  cast(sum(q.bytes) as bigint) as bytes,
  min(q.arrival_time) as first_arrival,
  max(q.arrival_time) as last_arrival
from quarantine q
where q.dt >= {{window.first_dt}} and q.dt <= {{window.last_dt}}
  and q.arrival_time >= {{window.start}} and q.arrival_time < {{window.end}}
group by q.reason
order by count(*) desc, q.reason
