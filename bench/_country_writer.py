"""The agencies of a country: 333 readings a second in ten commits, each with a ticket by which a screen tells it.

`python -m bench._country_writer URL SECONDS SENSORS COMMUNES` prints a JSON line a commit: the time in ms at which it
returned, and how late it was begun. A database that cannot follow makes it late, never more.
"""

import json
import sys
from time import monotonic, sleep

import psycopg

from city.clock import WorldClock

COMMITS_A_S, PERIOD_S = 10, 60.0
_READINGS = """
insert into repository.observation (source, sensor_id, metric, observed_at, value, place_code)
select 'country', 's' || i, 'pm2_5', %(at)s, (i + %(n)s * 7) %% 90, 'c' || (i %% %(communes)s)
from generate_series(%(first)s::int, %(last)s::int) as i on conflict do nothing"""
_TICKET = """
insert into repository.feedback (source, feedback_id, place_code, category, channel, status, received_at, due_at)
values ('bench', %(id)s, %(place)s, 'streets', 'app', 'received', %(at)s, %(at)s + interval '9 days')"""


def write(url: str, seconds: float, sensors: int, communes: int) -> None:
    clock, count = WorldClock(), round(seconds * COMMITS_A_S)
    run = f"{clock.now():%H%M%S}"
    with psycopg.connect(url) as connection:
        due = monotonic()
        for n in range(count):
            sleep(max(0.0, due - monotonic()))
            late, at = monotonic() - due, clock.now()
            first, last = (round(k * sensors / PERIOD_S / COMMITS_A_S) for k in (n, n + 1))
            shift = first // sensors * sensors
            values = {"at": at, "n": n, "communes": communes, "first": first - shift, "last": last - shift - 1}
            connection.execute(_READINGS, values)
            connection.execute(_TICKET, {"id": f"{run}-{n}", "place": f"c{n % communes}", "at": at})
            connection.commit()
            print(json.dumps({"at": clock.now().timestamp() * 1000, "late": late}), flush=True)
            due += 1 / COMMITS_A_S


if __name__ == "__main__":
    write(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
