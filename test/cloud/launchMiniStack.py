"""MiniStack, with six things of its Athena put right that the client under test depends on.

Everything else is as it comes. Each correction is to what Athena documents, or is known to do:

1. At most RUNNING_AT_ONCE statements run; the others wait as QUEUED. MiniStack starts every statement at once.
2. A statement that was stopped stays CANCELLED. MiniStack lets it go on to SUCCEEDED.
3. A ClientRequestToken that was seen is answered with the query it started; with another request it is an error.
   MiniStack does not look at it, and starts a second query.
4. What a query was told about using an earlier result again is told with it. MiniStack forgets it, and always asks anew.
5. A result is one object, where OutputLocation says, with every value in quotes but NULL, which is nothing. MiniStack
   puts it into a folder of that name, and does not tell NULL and '' apart.

6. A table's parameters say its location. MiniStack gives those of Glue only.

How long a statement takes is for the test to say: `/* takes 5 s */` in it makes it last that long.
"""

import asyncio
import json
import re

from ministack.app import main
from ministack.core.responses import error_response_json, json_response
from ministack.services import athena, s3

RUNNING_AT_ONCE = 2
TAKES = re.compile(r"/\* takes ([0-9.]+) s \*/")

start_query_execution = athena._start_query_execution
execute_query = athena._execute_query
table_metadata = athena._glue_table_to_metadata
places = asyncio.Semaphore(RUNNING_AT_ONCE)
starts = {}


async def execute_in_turn(query_id, query, *rest):
    async with places:
        execution = athena._executions[query_id]
        if execution["Status"]["State"] == "CANCELLED":
            return
        execution["Status"]["State"] = "RUNNING"
        takes = TAKES.search(query)
        if takes:
            deadline = asyncio.get_running_loop().time() + float(takes.group(1))
            while asyncio.get_running_loop().time() < deadline:
                if execution["Status"]["State"] == "CANCELLED":
                    return
                await asyncio.sleep(0.02)
        await execute_query(query_id, query, *rest)


def start_once(data):
    token = data.get("ClientRequestToken")
    request = json.dumps(data, sort_keys=True)
    if token is None or not 32 <= len(token) <= 128:
        return error_response_json("InvalidRequestException", "ClientRequestToken has 32 to 128 characters", 400)
    if token not in starts:
        answer = start_query_execution(data)
        if answer[0] != 200:
            return answer
        starts[token] = (request, json.loads(answer[2])["QueryExecutionId"])
        athena._executions[starts[token][1]]["ResultReuseConfiguration"] = data.get("ResultReuseConfiguration")
    first, query_id = starts[token]
    if first != request:
        return error_response_json("InvalidRequestException", "Idempotent parameters do not match", 400)
    return json_response({"QueryExecutionId": query_id})


async def save_query_results(query_id):
    execution = athena._executions[query_id]
    results = execution["_results"]
    rows = [results["columns"], *results["rows"]]
    text = "".join(",".join(map(field, row)) + "\n" for row in rows)
    bucket, _, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    body = text.encode()
    answer = s3._put_object(bucket, key, body, {"content-type": "text/csv", "content-length": str(len(body))})
    if isinstance(answer, tuple) and answer[0] >= 300:
        raise RuntimeError(f"cannot write the result: {answer[2].decode()}")


def field(value):
    return "" if value is None else '"' + athena._datum_text(value).replace('"', '""') + '"'


def table_metadata_with_location(table):
    metadata = table_metadata(table)
    location = (table.get("StorageDescriptor") or {}).get("Location")
    return {**metadata, "Parameters": {**({"location": location} if location else {}), **metadata["Parameters"]}}


athena._execute_query = execute_in_turn
athena._start_query_execution = start_once
athena._save_query_results = save_query_results
athena._glue_table_to_metadata = table_metadata_with_location

main()
