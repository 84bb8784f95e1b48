"""Rows on their way in bulk: copied to a table of this connection's own, then merged batch by batch."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
from psycopg import sql

from city.batch import KEYS, TIMES
from repository.copied import copy_into
from repository.merge import Counts, Merge
from repository.session import Connection
from repository.tables import SCHEMA

BATCH = 50_000
_COPIED, _KEPT = sql.Identifier("load_copied"), sql.Identifier("load_kept")


class Stage:
    """A staged load; its tables are temporary, so a killed load leaves nothing behind."""

    def __init__(self, connection: Connection, merge: Merge) -> None:
        self._connection, self._merge, self._rows = connection, merge, 0
        connection.execute("set statement_timeout = 0")
        connection.execute(sql.SQL("drop table if exists {}, {}").format(_COPIED, _KEPT))
        connection.execute(
            sql.SQL("create temp table {} as select {}, 0::bigint as load_order from {} limit 0").format(
                _COPIED, _listed(merge.columns), sql.Identifier(SCHEMA, merge.table)
            )
        )
        connection.commit()

    def add(self, rows: pa.Table) -> None:
        """Stage rows whose columns are the merge's; later rows win over earlier ones of the same key."""
        n = rows.num_rows
        order = pa.array(np.arange(self._rows, self._rows + n, dtype=np.int64))
        table = rows.select(list(self._merge.columns)).append_column("load_order", order)
        copy_into(self._connection, _COPIED, table)
        self._connection.commit()
        self._rows += n

    def settle(self) -> int:
        """Keep the last row of each key; how many there are. Sorted by time, so that batches touch few partitions."""
        key = KEYS[self._merge.table]
        order = sorted(key, key=lambda k: k not in TIMES)
        self._connection.execute("set local work_mem = '128MB'")
        self._connection.execute(
            sql.SQL("create temp table {} as select distinct on ({}) * from {} order by {}, load_order desc").format(
                _KEPT, _sorted(order), _COPIED, _sorted(order)
            )
        )
        self._connection.execute(sql.SQL("drop table {}").format(_COPIED))
        self._connection.commit()
        return self._one(sql.SQL("select count(*) from {}").format(_KEPT))

    def months(self) -> list[datetime]:
        """First instants (UTC) of the months that the staged observations lie in."""
        rows = self._connection.execute(
            sql.SQL("select distinct date_trunc('month', observed_at, 'UTC') from {} order by 1").format(_KEPT)
        ).fetchall()
        self._connection.commit()
        return [row[0] for row in rows]

    def batches(self, kept: int, size: int = BATCH) -> Iterator[tuple[int, Counts]]:
        """Merges batch by batch, a transaction each: rows settled, and what became of the staged ones among them.

        Earlier rows of a key that came again count as unchanged, with the first batch.
        """
        pages = self._one(sql.SQL("select pg_relation_size({}) / 8192").format(sql.Literal("load_kept")))
        step = max(1, pages * size // max(kept, 1))
        doubles = Counts(unchanged=self._rows - kept)
        for first in range(0, max(pages, 1), step):
            part = sql.SQL("{} where ctid >= {}::tid and ctid < {}::tid").format(
                _KEPT, sql.Literal(f"({first},0)"), sql.Literal(f"({first + step},0)")
            )
            rows = self._one(sql.SQL("select count(*) from {}").format(part))
            counts = self._merge.run(self._connection, part, rows)
            self._connection.commit()
            yield rows, counts + doubles
            doubles = Counts()

    def close(self) -> None:
        self._connection.rollback()
        self._connection.execute(sql.SQL("drop table if exists {}, {}").format(_COPIED, _KEPT))
        self._connection.execute("reset statement_timeout")
        self._connection.commit()

    def _one(self, statement: sql.Composed) -> int:
        row = self._connection.execute(statement).fetchone()
        self._connection.commit()
        return int(row[0]) if row else 0


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _sorted(columns: Sequence[str]) -> sql.Composed:
    """Text by its bytes: any order will do, and this one is quick."""
    return sql.SQL(", ").join(
        sql.Identifier(c) if c in TIMES else sql.SQL("{} collate {}").format(sql.Identifier(c), sql.Identifier("C"))
        for c in columns
    )
