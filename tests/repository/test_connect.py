import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from repository.connect import address, check, connect, reachable
from repository.errors import RepositoryError

NOWHERE = "postgresql+psycopg://ioc:hunter2@127.0.0.1:1/ioc"


def test_a_session_is_in_utc_and_a_statement_cannot_run_for_ever(repository_url: str) -> None:
    engine = connect(repository_url, deadline=1.5, name="a test")
    with engine.connect() as c:
        shown = [
            c.execute(text(f"show {s}")).scalar_one() for s in ("timezone", "statement_timeout", "application_name")
        ]
    assert shown == ["UTC", "1500ms", "a test"]
    engine.dispose()


def test_a_database_that_answers_is_reachable(engine: Engine) -> None:
    assert reachable(engine)
    check(engine)


def test_an_unreachable_one_is_told_in_one_line_without_its_password() -> None:
    engine = connect(NOWHERE)
    assert not reachable(engine)
    with pytest.raises(RepositoryError, match=r"127\.0\.0\.1:1/ioc cannot be used") as raised:
        check(engine)
    assert "hunter2" not in str(raised.value)
    assert "\n" not in str(raised.value)
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["not a url", "sqlite:///x.db", "postgresql+psycopg2://h/d", "postgresql://h:port/d", ""]
)
def test_a_wrong_url_is_told_in_one_line(url: str) -> None:
    with pytest.raises(RepositoryError, match=r"IOC_REPOSITORY_URL .*expected postgresql\+psycopg://"):
        connect(url)


def test_an_unknown_database_is_told_by_its_name(repository_url: str) -> None:
    engine = connect(repository_url.replace("/test_", "/no_such_"))
    with pytest.raises(RepositoryError, match="does not exist"):
        check(engine)
    engine.dispose()


@pytest.mark.parametrize("more", ["", "&pgbouncer=true"])
def test_an_engine_tells_by_what_address_there_is_another_like_it(repository_url: str, more: str) -> None:
    engine = connect(repository_url + more)
    assert address(engine) == make_url(repository_url + more).render_as_string(hide_password=False)
    engine.dispose()


def test_behind_a_pooler_nothing_is_asked_of_the_session(repository_url: str) -> None:
    engine = connect(repository_url + "&pgbouncer=true")
    with engine.connect() as c:
        assert c.execute(text("show statement_timeout")).scalar_one() == "0"
        assert c.connection.driver_connection.prepare_threshold is None
    engine.dispose()
