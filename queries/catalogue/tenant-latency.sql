-- ---
-- name: tenant-latency
-- title: How long requests of one tenant took
-- owner: platform
-- description: >
--   Requests of one tenant that state a duration, by service, method and route: how many, how many failed (HTTP
--   status 500 or more), and the exact median, p95, p99 (nearest rank) and greatest duration.
-- scope: tenant
-- table: events
-- expected_scan: events of one tenant that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the tenant whose pods printed the lines }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 100, min: 1, max: 10000, description: "routes to show, slowest p95 first" }
-- columns:
--   - { name: service_name, type: varchar, unit: "", description: the service that printed the line }
--   - { name: http_request_method, type: varchar, unit: "", description: HTTP method }
--   - { name: http_route, type: varchar, unit: "", description: route template }
--   - { name: requests, type: bigint, unit: requests, description: requests that state a duration }
--   - { name: failed, type: bigint, unit: requests, description: of those HTTP status 500 or more }
--   - { name: p50_ms, type: double, unit: ms, description: half took at most this }
--   - { name: p95_ms, type: double, unit: ms, description: 95 of 100 took at most this }
--   - { name: p99_ms, type: double, unit: ms, description: 99 of 100 took at most this }
--   - { name: greatest_ms, type: double, unit: ms, description: the slowest }
-- ---
with lines as (
  select
    event_id, service_name, http_request_method, http_route, http_response_status_code, duration_ms,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = {{tenant_id}}
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    -- Neither engine agrees with the other on NaN; no request takes 30 years.
    and duration_ms >= 0e0 and duration_ms < 1e12
),
placed as (
  select
    service_name, http_request_method, http_route, http_response_status_code, duration_ms,
    row_number() over (partition by service_name, http_request_method, http_route order by duration_ms, event_id) as place,
    -- Not "requests": in ORDER BY Trino takes that for the result's column.
    count(*) over (partition by service_name, http_request_method, http_route) as of_all
  from lines
  where copy = 1
)
select
  service_name, http_request_method, http_route,
  count(*) as requests,
  cast(sum(case when http_response_status_code >= 500 then 1 else 0 end) as bigint) as failed,
  min(case when place * 100 >= of_all * 50 then duration_ms end) as p50_ms,
  min(case when place * 100 >= of_all * 95 then duration_ms end) as p95_ms,
  min(case when place * 100 >= of_all * 99 then duration_ms end) as p99_ms,
  max(duration_ms) as greatest_ms
from placed
group by service_name, http_request_method, http_route
order by
  min(case when place * 100 >= of_all * 95 then duration_ms end) desc,
  service_name, http_request_method, http_route
limit {{limit}}
