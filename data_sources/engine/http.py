"""The one door to the network: polite, bounded in time and size, never led where nobody meant to go.

What a feed's answer may do to us ends here: it can't take longer than its time (trickling bytes or not), be larger than
its limit (packed or unpacked), lead to an address that its city file does not allow, get another server's secret, or
pass for data when it is an error page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpcore
import httpx

from city.clock import Clock
from data_sources.engine.addresses import Network
from data_sources.engine.contract import Answer, LaterError, SourceError
from data_sources.engine.sanity import body_of, check_kind, check_size, check_status
from data_sources.engine.secrets import Auth, Secrets
from data_sources.engine.wire import EACH, AddressError, OverError, Patience, Wire

MOST = 64 << 20
"""Bytes of an answer, unless its feed says otherwise."""
SECONDS = 30.0
READ = 15.0
"""Seconds without a single byte."""
HOPS = 5
AGENT = f"HueIOC/{version('city-ioc')} (city operations dashboard)"


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask for. `accept` holds the media types that are of use; empty: any but a web page.

    `home` is the address that the city file names (`url` when empty): secrets and the leave to read `private` addresses
    hold for its host alone, wherever links and redirects lead.
    """

    url: str
    home: str = ""
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    auth: Auth | None = None
    private: bool = False
    accept: tuple[str, ...] = ()
    most: int = MOST
    seconds: float = SECONDS


class Door:
    """Asks and gets whole answers. Safe to share between threads."""

    def __init__(self, clock: Clock, secrets: Secrets, known: Iterable[Network] = ()) -> None:
        """`known` networks may be read from though they are private."""
        self._clock, self._secrets, self._patience = clock, secrets, Patience()
        nets = tuple(known)
        self._clients = {leave: _client(Wire(self._patience, private=leave, known=nets)) for leave in (False, True)}

    def get(self, request: Request) -> Answer:
        """The answer, redirects followed; one of status 304 has an empty body.

        Raises LaterError when the server asks for a pause, SourceError for whatever else keeps it from being of use.
        """
        try:
            with self._patience.of(request.seconds):
                return self._followed(request)
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.TimeoutException, httpcore.NetworkError) as e:
            raise SourceError(self._secrets.scrubbed(f"{_host(request.url)}: {_told(e, request)}")) from None
        except (httpcore.ProtocolError, AddressError) as e:
            raise SourceError(self._secrets.scrubbed(f"{_host(request.url)}: {e}")) from None
        except SourceError as e:
            told = self._secrets.scrubbed(f"{_host(request.url)}: {e}")
            raise (LaterError(told, e.after) if isinstance(e, LaterError) else SourceError(told)) from None

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _followed(self, request: Request) -> Answer:
        home = _url(request.home or request.url)
        url = _url(request.url)
        url = url.copy_merge_params(dict(request.params)) if request.params else url
        for _ in range(HOPS + 1):
            found = self._hop(request, url, home)
            if isinstance(found, Answer):
                return found
            if url.scheme == "https" and found.scheme != "https":
                raise SourceError(f"redirected from https to {_host(str(found))} without encryption")
            url = found
        raise SourceError(f"more than {HOPS} redirects")

    def _hop(self, request: Request, url: httpx.URL, home: httpx.URL) -> Answer | httpx.URL:
        """One request: its answer, or where it leads."""
        at_home = _is_home(url, home)
        client = self._clients[request.private and at_home]
        sent = _sent(client, request, url)
        if request.auth and at_home:
            headers, params = request.auth.shown(self._secrets)
            sent.headers.update(headers)
            sent.url = sent.url.copy_merge_params(params) if params else sent.url
        response = client.send(sent, stream=True)
        try:
            if response.has_redirect_location and request.method == "GET":
                return _url(str(url.join(response.headers["location"])))
            return self._taken(request, response, url)
        finally:
            response.close()

    def _taken(self, request: Request, response: httpx.Response, url: httpx.URL) -> Answer:
        headers = dict(response.headers.items())  # names in lower case
        check_status(response.status_code, response.reason_phrase, headers, self._clock.now())
        shown = self._secrets.scrubbed(str(url))
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Answer(b"", self._clock.now(), shown, response.status_code, headers)
        check_size(headers, request.most)
        body = b"".join(body_of(response.iter_raw(), headers, request.most))
        check_kind(response.status_code, headers, body, request.accept)
        return Answer(body, self._clock.now(), shown, response.status_code, headers)


def _client(wire: Wire) -> httpx.Client:
    """No cookies, no proxies or certificates by environment, no redirects but ours."""
    return httpx.Client(
        transport=_Transport(wire),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(READ),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"user-agent": AGENT, "accept-encoding": "gzip, deflate"},
    )


class _Transport(httpx.BaseTransport):
    """httpx on a pool whose connections are ours."""

    def __init__(self, wire: Wire) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()  # the system's own authorities beside the well-known ones
        self._pool = httpcore.ConnectionPool(context, max_connections=None, keepalive_expiry=30, network_backend=wire)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        found = self._pool.handle_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(found.status, headers=found.headers, stream=_Body(found), extensions=found.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _sent(client: httpx.Client, request: Request, url: httpx.URL) -> httpx.Request:
    accept = {"accept": ", ".join((*request.accept, "*/*;q=0.1"))} if request.accept else {}
    return client.build_request(request.method, url, headers={**accept, **request.headers}, content=request.body)


def _url(text: str) -> httpx.URL:
    url = httpx.URL(text)
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError(f"{url.scheme or 'no scheme'}: only http and https addresses are read")
    return url.copy_with(username=None, password=None, fragment=None) if url.userinfo or url.fragment else url


def _host(url: str) -> str:
    """A server as it may be shown."""
    try:
        return httpx.URL(url).netloc.decode("ascii", "replace") or "no host"
    except httpx.InvalidURL:
        return "no host"


def _is_home(url: httpx.URL, home: httpx.URL) -> bool:
    """The same server; what was http may have become https."""
    same = (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port)
    safer = (url.scheme, home.scheme, url.port, home.port) == ("https", "http", None, None)
    return same or (safer and url.host == home.host)


def _told(error: Exception, request: Request) -> str:
    if isinstance(error, OverError):
        return f"no whole answer in {request.seconds:g} s"
    if isinstance(error, httpcore.ConnectTimeout):
        return f"no connection in {EACH:g} s"
    if isinstance(error, httpcore.TimeoutException):
        return f"nothing came for {READ:g} s"
    return f"{error}" or type(error).__name__


Get = Callable[[Request], Answer]
"""What readers need of a door."""
