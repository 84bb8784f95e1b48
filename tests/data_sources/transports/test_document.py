import orjson

from tests.data_sources.standards.payloads import CAP, DATEX, SENML
from tests.data_sources.transports.desk import feed, poll
from tests.data_sources.transports.server import Asked, Reply, serving


def test_a_document_that_did_not_change_is_not_read_again() -> None:
    def respond(asked: Asked, url: str) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return 304, {}, b""
        return 200, {"content-type": "application/xml", "etag": '"v1"'}, DATEX

    with serving(respond) as server:
        source = feed(f'standard = "datex2"\nurl = "{server.url}/situations.xml"\n[dialect]\ntimezone = "UTC"')
        assert len(poll(source, stored=False).rows("event")) == 2
        assert len(poll(source).rows("event")) == 2
        assert poll(source).answers == []


def test_a_server_without_validators_is_known_by_the_bytes() -> None:
    with serving(lambda asked, url: (200, {"content-type": "text/xml"}, DATEX)) as server:
        source = feed(f'standard = "datex2"\nurl = "{server.url}/"\n[dialect]\ntimezone = "UTC"')
        assert [len(poll(source).answers) for _ in range(2)] == [1, 0]


def test_senml_is_read_each_time_for_its_times_may_count_from_the_receipt() -> None:
    reply = (200, {"content-type": "application/senml+json"}, orjson.dumps(SENML))
    with serving(lambda asked, url: reply) as server:
        source = feed(f'standard = "senml"\nurl = "{server.url}/"')
        assert [len(poll(source).rows("observation")) for _ in range(2)] == [3, 3]


def test_cap_by_http_is_its_own_transport() -> None:
    with serving(lambda asked, url: (200, {"content-type": "text/xml"}, CAP)) as server:
        assert type(feed(f'standard = "cap"\nurl = "{server.url}/"')).__name__ == "Alerts"
