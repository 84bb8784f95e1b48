"""An agency: commits one ticket a ward, all in one transaction, again and again, and says when each commit returned.

`python -m bench._writer URL COUNT PERIOD_S` prints a JSON line a commit: its number from 1, and the time in ms.
Each commit adds exactly `WARDS` to `feedback_open` of the city and 1 to every ward's.
"""

import json
import sys
from time import monotonic, sleep

import psycopg

from city.clock import WorldClock

WARDS = 40
_TICKETS = """
insert into repository.feedback (source, feedback_id, place_code, category, channel, status, received_at, due_at)
select 'bench', %(number)s || '-' || place_code, place_code, 'streets', 'app', 'received', %(at)s,
       %(at)s + interval '9 days'
from repository.place order by place_code limit %(wards)s
"""


def write(url: str, count: int, period_s: float) -> None:
    clock = WorldClock()
    with psycopg.connect(url) as connection:
        due = monotonic()
        first = connection.execute("select count(*) from repository.feedback where source = 'bench'").fetchone()
        connection.rollback()
        before = first[0] if first else 0
        for n in range(1, count + 1):
            due += period_s
            sleep(max(0.0, due - monotonic()))
            values = {"number": f"{before}-{n}", "at": clock.now(), "wards": WARDS}
            written = connection.execute(_TICKETS, values).rowcount
            connection.commit()
            at = clock.now().timestamp() * 1000
            assert written == WARDS, f"{written} tickets written: the city has too few places"
            print(json.dumps({"n": n, "at": at}), flush=True)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
