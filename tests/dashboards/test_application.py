"""The application over HTTP, as anybody outside calls it."""

import json
import re
from html import unescape

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.answer import indicators
from city.clock import FrozenClock
from dashboards.kit import apology
from dashboards.kit.guard import BODY_LIMIT
from dashboards.kit.language import LOCALES, languages
from tests.dashboards import scenes
from tests.dashboards.serving import Running, hub, serving

POLICY = re.compile(
    r"default-src 'self'; script-src 'self'( 'sha256-[A-Za-z0-9+/=]+')+; style-src 'self' 'unsafe-inline'; "
    r"img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    r"frame-ancestors 'none'"
)
PATHS = [
    *("/", "/place/19753", "/healthz", "/readyz", "/metrics", "/api/v1/indicators", "/api/v1/sources", "/nowhere"),
    "/assets/app.js",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(running: Running, path: str) -> None:
    answer = httpx.get(running.url + path)
    assert POLICY.fullmatch(answer.headers["content-security-policy"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    assert answer.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"\d", answer.headers.get("server", ""))


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/nowhere", "/assets/../app.py", "/assets/x.js"])
def test_what_is_not_there_is_not_found(running: Running, path: str) -> None:
    assert httpx.get(running.url + path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/place/19753", "/place/unlocated", "/?at=2025-10-27T20:00&lang=pt"])
def test_pages_are_served(running: Running, path: str) -> None:
    answer = httpx.get(running.url + path)
    assert answer.status_code == 200 and "react-entry-point" in answer.text
    assert "https://" not in answer.text and "python_version" not in answer.text


def test_the_api_gives_the_contracts_json(running: Running) -> None:
    answer = httpx.get(running.url + "/api/v1/indicators?place=19753&domain=public-order")
    snapshot = running.hub.state.snapshot
    assert answer.json() == indicators(snapshot, "19753", "public_order")
    assert len(answer.json()["indicators"]) > 5


def test_the_api_shows_a_past_moment(running: Running) -> None:
    answer = httpx.get(running.url + "/api/v1/indicators?at=2025-10-20T20:00 07:00&known=then").json()
    assert answer["at"] == "2025-10-20T13:00:00+00:00"
    assert answer["known"] == "then"


@pytest.mark.parametrize(
    "query", ["at=soon", "known=perhaps", "place=atlantis", "domain=dreams", "plaice=19753", "at=1066-10-14"]
)
def test_a_wrong_value_gets_one_clear_line(running: Running, query: str) -> None:
    answer = httpx.get(f"{running.url}/api/v1/indicators?{query}")
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"] and "\n" not in answer.json()["error"]


def test_no_url_tells_a_tickets_text_or_position(running: Running) -> None:
    for path in ("/api/v1/indicators", "/geo/places.json", "/geo/labels.json", "/geo/style.json", "/metrics"):
        assert "feedback_id" not in httpx.get(running.url + path).text


def test_the_page_is_ready_once_there_was_a_first_picture() -> None:
    fed = hub()
    with serving(fed) as found:
        assert httpx.get(found.url + "/readyz").status_code == 503
        early = httpx.get(found.url + "/api/v1/indicators")
        assert early.status_code == 503 and "first picture" in early.json()["error"]
        fed.lost(scenes.EVENING)
        assert httpx.get(found.url + "/readyz").json()["database"] == "unreachable"
        assert "database" in httpx.get(found.url + "/api/v1/indicators").json()["error"]
        assert "ioc_indicator_value{" not in httpx.get(found.url + "/metrics").text
        assert httpx.get(found.url + "/healthz").status_code == 200
        fed.publish(scenes.calm())
        assert httpx.get(found.url + "/readyz").json()["database"] == "ok"
        fed.lost(scenes.EVENING)
        answer = httpx.get(found.url + "/readyz")
        assert answer.status_code == 200 and answer.json()["database"] == "unreachable"


def test_the_feeds_are_told_at_a_moment_and_of_no_place(running: Running) -> None:
    told = httpx.get(running.url + "/api/v1/sources?at=2025-10-20T20:00&known=then").json()
    assert told["known"] == "then" and [s["state"] for s in told["sources"]] == ["alone"]
    wrong = httpx.get(running.url + "/api/v1/sources?place=19753")
    assert wrong.status_code == 400 and "there are at, known" in wrong.json()["error"]


def test_a_past_that_can_not_be_read_is_said_so() -> None:
    def past(at: object, known: object) -> object:
        raise OSError("secret detail")

    fed = hub(FrozenClock(scenes.EVENING), past=past)  # type: ignore[arg-type]
    fed.publish(scenes.calm())
    with serving(fed) as found:
        answer = httpx.get(found.url + "/api/v1/indicators?at=2025-10-20")
        assert answer.status_code == 503 and "secret" not in answer.text


def test_metrics_are_for_this_machine_only(running: Running) -> None:
    assert 'ioc_indicator_value{code="feedback_open",unit="count"}' in httpx.get(running.url + "/metrics").text
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert httpx.get(running.url + "/metrics", headers={header: "10.0.0.1"}).status_code == 403


CALLBACK = "/_dash-update-component"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example", "Content-Type": "application/json"}, 403),
        ({"Origin": "null", "Content-Type": "application/json"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_another_site_can_not_make_us_do_things(running: Running, headers: dict[str, str], status: int) -> None:
    assert httpx.post(running.url + CALLBACK, content=b"{}", headers=headers).status_code == status


def test_a_large_body_is_refused_before_it_is_read(running: Running) -> None:
    json = {"Content-Type": "application/json"}
    assert httpx.post(running.url + CALLBACK, content=b" " * (BODY_LIMIT + 1), headers=json).status_code == 413
    chunks = (b" " * 65536 for _ in range(8))
    assert httpx.post(running.url + CALLBACK, content=chunks, headers=json).status_code == 413


def ask(running: Running, body: bytes) -> httpx.Response:
    return httpx.post(running.url + CALLBACK, content=body, headers={"Content-Type": "application/json"})


def routing(**changed: object) -> dict[str, object]:
    """What Dash's renderer asks when a page opens."""
    inputs = [{"id": "drawn", "property": "data", "value": "/?lang=en"}]
    page = {"id": "page", "property": "children"}
    asked = {"output": "page.children", "outputs": page, "inputs": inputs, "changedPropIds": ["drawn.data"]}
    return {**asked, **changed}


def test_what_the_renderer_asks_is_answered(running: Running) -> None:
    assert ask(running, json.dumps(routing()).encode()).status_code == 200


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["page.children", "url", "data"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*routing(), "id"]), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(list(routing())), junk=JUNK)
def test_a_request_that_is_none_is_no_fault_of_the_server(running: Running, key: str, junk: object) -> None:
    answer = ask(running, json.dumps(routing(**{key: junk})).encode())
    assert answer.status_code in (200, 204, 400), (key, junk, answer.text)


@pytest.mark.parametrize("value", [7, True, [], {"a": 1}, "/place/" + "x" * 5000])
def test_an_address_that_is_none_is_an_apology(running: Running, value: object) -> None:
    inputs = [{"id": "drawn", "property": "data", "value": value}]
    answer = ask(running, json.dumps(routing(inputs=inputs)).encode())
    assert answer.status_code == 200 and "apology" in answer.text


@pytest.mark.parametrize("lang", LOCALES)
def test_a_page_that_cannot_be_shown_says_why_in_the_readers_language(running: Running, lang: str) -> None:
    say = languages(scenes.HUE.zone)[lang]
    for href, why in {"/none": "page", "/?at=soon": "at", "/?known=ever": "known", "/place/0": "place"}.items():
        asked = f"{href}{'&' if '?' in href else '?'}lang={lang}"
        inputs = [{"id": "drawn", "property": "data", "value": asked}]
        told = ask(running, json.dumps(routing(inputs=inputs)).encode()).json()["response"]["page"]["children"]
        assert say(apology.WHY[why]) in json.dumps(told, ensure_ascii=False)
        assert ("data-again" in json.dumps(told)) is (why in apology.AGAIN), "asked for again only where it may come"
    for host, status in (("", 404), ("evil.example", 421)):
        headers = {"Accept": "text/html", "Cookie": "look=light-1", **({"Host": host} if host else {})}
        answer = httpx.get(f"{running.url}/none?lang={lang}", headers=headers)
        assert answer.status_code == status and say(apology.WHY[apology.STATUS[status]]) in unescape(answer.text)
        assert 'http-equiv="refresh"' not in answer.text
        assert f'lang="{lang}" data-bs-theme="light"' in answer.text and "/assets/" not in answer.text
    assert httpx.get(f"{running.url}/none").json() == {"detail": "Not Found"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b'{"output": "x.y", "inputs": []}', b'{"output": 7}', b"\xff"])
def test_a_broken_request_is_told_nothing_of_the_inside(running: Running, body: bytes) -> None:
    answer = ask(running, body)
    assert answer.status_code == 400 and answer.text.count("\n") == 1
    assert not re.search(r"Traceback|File \"|site-packages|\.py", answer.text)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:{port}", "10.9.8.7", ""])
@pytest.mark.parametrize("path", ["/", "/api/v1/indicators", "/metrics", "/assets/app.js"])
def test_a_name_that_is_not_ours_reads_nothing(running: Running, host: str, path: str) -> None:
    answer = httpx.get(running.url + path, headers={"Host": host.format(port=running.port)})
    assert answer.status_code in (400, 421) and len(answer.content) < 200


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:9999", "[::1]", "LOCALHOST"])
def test_a_tunnel_to_this_machine_may_read(running: Running, host: str) -> None:
    assert httpx.get(running.url + "/", headers={"Host": host.format(port=running.port)}).status_code == 200


def test_the_name_browsers_use_may_read_and_a_probe_may_use_any() -> None:
    fed = hub()
    fed.publish(scenes.calm())
    with serving(fed, origins=("https://ioc.example.org",)) as found:
        assert httpx.get(found.url + "/", headers={"Host": "ioc.example.org"}).status_code == 200
        assert httpx.get(found.url + "/", headers={"Host": "web:8050"}).status_code == 421
        assert httpx.get(found.url + "/readyz", headers={"Host": "web:8050"}).status_code == 200
