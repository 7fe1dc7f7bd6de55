-- ---
-- name: failed-requests
-- title: Requests of one tenant that failed, hour by hour
-- owner: support
-- description: >
--   For one tenant, each hour in which requests failed (HTTP status 500 or more): how many did, of how many, on how many
--   paths, and one of these paths. What support looks at when a customer says that it does not work.
-- scope: tenant
-- table: events
-- expected_scan: events of one tenant that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the tenant whose pods printed the lines }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 200, min: 1, max: 10000, description: hours to show }
-- columns:
--   - { name: hour, type: timestamp, unit: UTC hour, description: the hour }
--   - { name: failed, type: bigint, unit: requests, description: requests with status 500 or more }
--   - { name: requests, type: bigint, unit: requests, description: all requests of that hour }
--   - { name: failed_paths, type: bigint, unit: paths, description: paths on which some failed }
--   - { name: failed_path, type: varchar, unit: "", description: "one of them, the first in order" }
-- ---
with lines as (
  select
    event_time, url_path, http_response_status_code,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = {{tenant_id}}
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and http_response_status_code is not null
),
hours as (
  select
    date_trunc('hour', event_time) as hour,
    count_if(http_response_status_code >= 500) as failed,
    count(*) as requests,
    count(distinct case when http_response_status_code >= 500 then url_path end) as failed_paths,
    min(case when http_response_status_code >= 500 then url_path end) as failed_path
  from lines
  where copy = 1
  group by date_trunc('hour', event_time)
)
select hour, failed, requests, failed_paths, failed_path
from hours
where failed > 0
order by hour
limit {{limit}}
