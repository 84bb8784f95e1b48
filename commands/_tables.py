"""Tables that feeds bring, read by the mappings of `ioc load`: where sources and the repository's reader meet."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from data_sources.engine.contract import Answer, Found, Rejected, Row, SourceError
from data_sources.engine.means import Tabulate
from repository.load.agree import checked, read_mapping
from repository.load.answer import tabled
from repository.load.errors import LoadError
from repository.load.mapping import Mapping as LoadMapping


def tables(mapping: Mapping[str, Any] | Path) -> Tabulate:
    """A reader of tables by a mapping, or by the file that holds one. Raises ValueError, a line a fault."""
    return tabulated(read_mapping(mapping) if isinstance(mapping, Path) else checked(dict(mapping), "mapping"))


def tabulated(found: LoadMapping) -> Tabulate:
    """A reader of tables by a mapping that is checked."""

    def tabulate(answer: Answer) -> Iterable[Found]:
        try:
            for row in tabled("answer", answer.body, found, answer.received_at):
                if row.reason is not None:
                    yield Rejected(row.origin(), row.reason)
                else:
                    yield Row(found.of.table, row.values, row.origin)
        except LoadError as e:
            raise SourceError(" · ".join(str(e).splitlines())) from e

    return tabulate
