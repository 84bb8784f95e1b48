"""Screens of the Interval page without a browser: each asks once a second, and no sooner than it was answered.

A browser asks every second whether it was answered or not, and throws the late answers away; these are kinder.
`python -m bench._interval_client URL COUNT` prints `ready` when each was answered once or PATIENCE_S went by, and at
the end of its input how often each was answered since, as one JSON line.
"""

import asyncio
import json
import sys
from time import monotonic

import httpx

EVERY_S = 1.0
DEADLINE_S = 900.0
PATIENCE_S = 30.0
OK = 200


class Screen:
    """One page that is open."""

    def __init__(self, client: httpx.AsyncClient, callback: dict[str, object], starts_s: float) -> None:
        self.client, self.callback, self.starts_s = client, callback, starts_s
        self.lit = asyncio.Event()
        self.answers = 0

    async def run(self) -> None:
        await asyncio.sleep(self.starts_s)
        due, ticks = monotonic(), 0
        while True:
            ticks += 1
            answer = await self.client.post("/_dash-update-component", json=self._asked(ticks))
            if answer.status_code == OK:
                self.answers += 1
                self.lit.set()
            else:  # the server is overloaded, and the next tick may do better
                print(answer.status_code, answer.text[:200], file=sys.stderr)
            due = max(due + EVERY_S, monotonic())
            await asyncio.sleep(due - monotonic())

    def _asked(self, ticks: int) -> dict[str, object]:
        name = str(self.callback["output"])
        outputs = [dict(zip(("id", "property"), o.split("."), strict=True)) for o in name.strip(".").split("...")]
        inputs = [{"id": "tick", "property": "n_intervals", "value": ticks}]
        return {"output": name, "outputs": outputs, "inputs": inputs, "changedPropIds": ["tick.n_intervals"]}


async def main(url: str, count: int) -> None:
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with (
        asyncio.timeout(DEADLINE_S),
        httpx.AsyncClient(base_url=url, timeout=300, limits=limits) as client,
        asyncio.TaskGroup() as group,
    ):
        known = (await client.get("/_dash-dependencies")).raise_for_status().json()
        screens = [Screen(client, known[0], i * EVERY_S / count) for i in range(count)]
        tasks = [group.create_task(s.run()) for s in screens]
        await asyncio.wait([asyncio.create_task(s.lit.wait()) for s in screens], timeout=PATIENCE_S)
        print("ready", flush=True)
        before = [s.answers for s in screens]
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps([s.answers - b for s, b in zip(screens, before, strict=True)]), flush=True)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
