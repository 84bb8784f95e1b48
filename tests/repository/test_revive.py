import os
import signal
import time

import psycopg
from sqlalchemy.engine import make_url

from repository.cluster import Cluster
from repository.revive import revived
from repository.server import embedded


def answers(url):
    try:
        with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as c:
            return c.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def eventually(true, seconds=30.0):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_killed_server_is_started_again_after_its_grace(open_directory):
    with embedded(open_directory) as url:
        cluster = Cluster.at(open_directory / "postgres")
        with revived(cluster, open_directory / "postgres.lock", {}, grace=2.0):
            os.kill(cluster.pid, signal.SIGQUIT)
            eventually(lambda: not answers(url))
            eventually(lambda: answers(url))


def test_a_server_somebody_started_himself_is_left_alone(open_directory):
    with embedded(open_directory) as url:
        cluster = Cluster.at(open_directory / "postgres")
        running = cluster.pid
        with revived(cluster, open_directory / "postgres.lock", {}, grace=1.0):
            time.sleep(2.5)
        assert cluster.pid == running and answers(url)
