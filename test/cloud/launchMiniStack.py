"""MiniStack, with four things of its Athena put right that the client under test depends on.

Everything else is as it comes. Each correction is to what Athena documents, or is known to do:

1. At most RUNNING_AT_ONCE statements run; the others wait as QUEUED. MiniStack starts every statement at once.
2. A statement that was stopped stays CANCELLED. MiniStack lets it go on to SUCCEEDED.
3. A ClientRequestToken that was seen is answered with the query it started; with another request it is an error.
   MiniStack does not look at it, and starts a second query.
4. A result object has every value in quotes but NULL, which is nothing. MiniStack's tells NULL and '' not apart.

How long a statement takes is for the test to say: `/* takes 5 s */` at its front makes it last that long.
"""

import asyncio
import json
import re
import types

from ministack.app import main
from ministack.core.responses import error_response_json, json_response
from ministack.services import athena

RUNNING_AT_ONCE = 2
TAKES = re.compile(r"/\* takes ([0-9.]+) s \*/")

start_query_execution = athena._start_query_execution
execute_query = athena._execute_query
places = asyncio.Semaphore(RUNNING_AT_ONCE)
starts = {}


async def execute_in_turn(query_id, query, *rest):
    async with places:
        execution = athena._executions[query_id]
        if execution["Status"]["State"] == "CANCELLED":
            return
        execution["Status"]["State"] = "RUNNING"
        takes = TAKES.match(query)
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
    first, query_id = starts[token]
    if first != request:
        return error_response_json("InvalidRequestException", "Idempotent parameters do not match", 400)
    return json_response({"QueryExecutionId": query_id})


class AthenaWriter:
    def __init__(self, output):
        self.output = output

    def writerow(self, row):
        texts = ("" if value is None else '"' + athena._datum_text(value).replace('"', '""') + '"' for value in row)
        self.output.write(",".join(texts) + "\n")

    def writerows(self, rows):
        for row in rows:
            self.writerow(row)


athena._execute_query = execute_in_turn
athena._start_query_execution = start_once
athena.csv = types.SimpleNamespace(writer=AthenaWriter)

main()
