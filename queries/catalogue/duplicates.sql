-- ---
-- name: duplicates
-- title: Lines that came more than once and were counted once
-- owner: platform
-- description: >
--   Per emitting tenant and UTC day of the lines: how many the booked objects hold, how many count, and how many
--   were left out because the same line was counted before. Delivery is at least once, so a few are ordinary.
-- scope: platform
-- table: booked_events
-- expected_scan: booked events of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: emitter, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: day, type: varchar, unit: UTC day, description: day of the lines }
--   - { name: lines, type: bigint, unit: lines, description: lines in the booked objects }
--   - { name: counted, type: bigint, unit: lines, description: lines counted }
--   - { name: duplicates, type: bigint, unit: lines, description: lines left out }
-- ---
select
  emitter,
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  cast(sum(b.rows) as bigint) as lines,
  cast(sum(b.events) as bigint) as counted,
  cast(sum(b.duplicates) as bigint) as duplicates
from booked_events b
where event_hour >= {{window.start}} and event_hour < {{window.end}}
group by emitter, substr(cast(cast(event_hour as date) as varchar), 1, 10)
having sum(b.duplicates) > 0
order by duplicates desc, emitter, day
