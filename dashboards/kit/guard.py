"""What stands between the world and the application: headers on every answer, who may write, how much, from where."""

import ipaddress
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.kit.apology import Refusal

BODY_LIMIT = 256 * 1024
SAFE = ("GET", "HEAD", "OPTIONS")
PROBES = ("/healthz", "/readyz")
"""Proxies ask these under whatever name they know the process by; they tell nothing of the city."""
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
Wrong = Callable[[str, bytes], str | None]
"""Why the body of a write to a path is none of ours; None when it may go on."""
HSTS = "max-age=63072000; includeSubDomains"


def policy(hashes: Sequence[str]) -> str:
    """The content security policy; `hashes` are those of Dash's own inline scripts."""
    scripts = " ".join(["'self'", *(h if h.startswith("'") else f"'{h}'" for h in hashes)])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def loopback(host: str | None) -> bool:
    try:
        return host is not None and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "testserver", "testclient")


class Guard:
    """The outermost layer. `origins` are where the page may be served from, such as https://ioc.example.org.

    Without any, a server on a loopback address takes its own three names, any other its own address only.
    """

    def __init__(
        self,
        app: ASGIApp,
        headers: dict[str, str],
        origins: Sequence[str] = (),
        wrong: Wrong = lambda path, body: None,
        refusal: Refusal = lambda scope, status: None,
    ) -> None:
        self.app, self.headers, self.wrong, self.refusal = app, headers, wrong, refusal
        self.origins = frozenset(o.rstrip("/") for o in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if not self._may_connect(scope):
                await send({"type": "websocket.close", "code": 4003, "reason": "origin not allowed"})
                return
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._headed(send)
        refusal = self._refusal(scope)
        if refusal:
            await refusal(scope, receive, answer)
            return
        if scope["method"] in SAFE:
            await self.app(scope, _again(b"", receive), answer)
            return
        body = await _body(receive)
        why = "too large" if body is None else self.wrong(scope["path"], body)
        if body is None or why:
            await PlainTextResponse(f"{why}\n", 413 if body is None else 400)(scope, receive, answer)
        else:
            await self.app(scope, _again(body, receive), answer)

    def allowed(self, scope: Scope) -> frozenset[str]:
        """Origins whose pages may talk to this server."""
        if self.origins:
            return self.origins
        host, port = scope.get("server") or ("", None)
        names = OWN_NAMES if loopback(host) else (f"[{host}]" if ":" in host else host,)
        return frozenset(f"http://{n}:{port}" if port not in (None, 80) else f"http://{n}" for n in names)

    def _may_connect(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origins, origin = self.allowed(scope), headers.get("origin", "")
        hosts = {urlsplit(o).netloc for o in origins}
        return origin in origins and headers.get("host", "") in hosts

    def _known(self, host: str, scope: Scope) -> bool:
        """Is this a name of ours? Else a page of somebody else's, whose name was made to lead here, would read us."""
        bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        arrived = (scope.get("server") or ("", None))[0]
        names = {urlsplit(o).netloc for o in self.allowed(scope)}
        return host.lower() in names or bare.lower() in (*OWN_NAMES, arrived, f"[{arrived}]")

    def _refusal(self, scope: Scope) -> Response | None:
        """Who asks for another server, may not write, or writes too much."""
        headers = Headers(scope=scope)
        if scope["path"] not in PROBES and not self._known(headers.get("host", ""), scope):
            told = PlainTextResponse("this server has another name; IOC_ORIGINS says which\n", 421)
            return self.refusal(scope, 421) or told
        if scope["method"] in SAFE:
            return None
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        if (origin and origin not in self.allowed(scope)) or site not in ("same-origin", "none"):
            return PlainTextResponse("this request comes from another site\n", 403)
        if not headers.get("content-type", "").startswith("application/json"):
            return PlainTextResponse("only JSON is understood\n", 415)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return PlainTextResponse("too large\n", 413)
        return None

    def _headed(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        return answer


async def _body(receive: Receive) -> bytes | None:
    """A request's whole body; None as soon as it turns out larger than it may be."""
    found, more = b"", True
    while more and len(found) <= BODY_LIMIT:
        message = await receive()
        found += message.get("body", b"")
        more = message.get("more_body", False)
    return found if len(found) <= BODY_LIMIT else None


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read already, then whatever the connection says."""
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def headers(hashes: Sequence[str]) -> dict[str, str]:
    """On every answer."""
    return {
        "Content-Security-Policy": policy(hashes),
        "Strict-Transport-Security": HSTS,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
