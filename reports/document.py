"""The whole report as data: what is frozen, hashed, attached and typeset."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from city.answer import indicators
from city.indicator import DOMAINS
from city.indicators import registry
from dashboards.kit.language import DOMAIN_WORDS, languages
from reports import cover, domain, feeds, lists
from reports.blocks import Block
from reports.letters import outside, printed
from reports.scope import Scope

EXTRAS: dict[str, Callable[[Scope], list[Block]]] = {
    "traffic": partial(lists.incidents, domain="traffic"),
    "health": partial(lists.incidents, domain="health"),
    "public_order": partial(lists.incidents, domain="public_order"),
    "feedback": lists.tickets,
    "services": lists.cases,
}


def document(scope: Scope) -> dict[str, Any]:
    """JSON-ready, and the same whenever it is made of the same rows. Charts carry Vega-Lite specifications."""
    say, week = scope.say, scope.week
    place = None if scope.slot == scope.picture.places.city else scope.picture.places.code(scope.slot)
    name = scope.picture.city.title(say.code)
    return {
        "language": say.code,
        "title": printed(f"{say('Weekly report')} {week.code} · {outside(scope.name(scope.slot), 60)}"),
        "author": printed(name),
        "week": week.code,
        "end": week.end.astimezone(say.zone).isoformat(),
        "demo": say("Demo data") if scope.picture.demo else "",
        "words": {w: say(w) for w in ("Data snapshot, SHA-256", "Page {n} of {m}", "Snapshot of the report as JSON")},
        "numbers": _lean(scope, place),
        "format": printed(_format(scope)),
        "sections": printed(sections(scope)),
    }


def sections(scope: Scope) -> list[dict[str, Any]]:
    say = scope.say
    made = [_section(scope, say("The week in one look"), cover.blocks(scope), scope.codes)]
    for name in DOMAINS:
        found = scope.domain(name)
        if found and name != "data":
            extra = EXTRAS[name](scope) if name in EXTRAS else []
            codes = [i.code for i in found]
            made.append(_section(scope, say(DOMAIN_WORDS[name]), [*domain.blocks(scope, name), *extra], codes))
    return [*made, _section(scope, say("Data of this report"), _data(scope), scope.codes)]


def _data(scope: Scope) -> list[Block]:
    """Indicators of the data themselves stand with the feeds."""
    found = scope.domain("data")
    own = [*domain.missing(scope, found), domain.indicators(scope, "data", found)] if found else []
    return [*own, *feeds.blocks(scope)]


def _section(scope: Scope, title: str, blocks: list[Block], codes: list[str]) -> dict[str, Any]:
    """With its period, how old its data are, and its scope."""
    say, week = scope.say, scope.week
    seen = max((n.observed_at for c in codes if (n := scope.number(c)).observed_at), default=None)
    about = [
        f"{say('Period')}: {scope.moment(week.start)} – {scope.moment(week.end)}",
        f"{say('Data as of')}: {scope.moment(seen) if seen else say('unknown')}",
        f"{say('Scope')}: {scope.name(scope.slot, 60)}",
    ]
    return {"title": title, "about": about, "blocks": blocks}


def _lean(scope: Scope, place: str | None) -> dict[str, Any]:
    """The place's numbers as the API gives them, and as each language writes them; the process's own count of pictures
    is no part of them."""
    answer = indicators(scope.picture, place or None)
    rows = [r for r in answer["indicators"] if place or r["place"] is None]
    spoken = [replace(scope, say=say) for say in languages(scope.say.zone).values()]
    for row in rows:
        indicator = registry()[row["code"]]
        row["shown"] = {s.say.code: s.shown(indicator, row["value"]) for s in spoken}
    return {"city": answer["city"], "at": answer["at"], "known": answer["known"], "indicators": rows}


def _format(scope: Scope) -> dict[str, Any]:
    """Decimal and thousands signs for the charts' axes."""
    symbols = scope.say.locale.number_symbols["latn"]
    return {"decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3], "currency": ["", ""]}


def frozen(made: dict[str, Any]) -> bytes:
    """The document as bytes: these are attached, and their hash stands in every footer."""
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(snapshot: bytes) -> str:
    return hashlib.sha256(snapshot).hexdigest()


def ends(made: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(made["end"])
