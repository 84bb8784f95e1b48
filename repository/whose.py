"""Whose rows the repository holds: every word that stands as `source`, found without reading the rows between."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable

# the next greater source, over and over: a look into the key's index for each, however many rows there are
_SOURCES = text("""
with recursive
  s(v) as (select min(source) from repository.sensor union all
           select (select min(source) from repository.sensor where source > s.v) from s where s.v is not null),
  e(v) as (select min(source) from repository.event union all
           select (select min(source) from repository.event where source > e.v) from e where e.v is not null),
  f(v) as (select min(source) from repository.feedback union all
           select (select min(source) from repository.feedback where source > f.v) from f where f.v is not null),
  a(v) as (select min(source) from repository.administrative_case union all
           select (select min(source) from repository.administrative_case where source > a.v) from a
           where a.v is not null)
select v from (select v from s union select v from e union select v from f union select v from a) as found
where v is not null order by v
""")


def sources(engine: Engine) -> list[str]:
    """Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            return list(connection.execute(_SOURCES).scalars())
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
