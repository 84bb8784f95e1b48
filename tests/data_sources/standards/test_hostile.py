"""Answers made to hurt: each decoder refuses them within two seconds (of processor) and 256 MB.

They are read in one process beside this one, whose memory is measured anew for each and which is killed after two
minutes. What an attack is made of is an expression, so that nothing large passes between the two.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SECONDS, MEGABYTES = 2.0, 256
XML = ("cap", "datex2", "open311", "senml")
READING_JSON = ("ngsi_ld", "sensorthings", "open311", "senml", "datex2")
ROOT_OF = {"cap": "alert", "datex2": "d2LogicalModel", "open311": "service_requests", "senml": "sensml"}
RECORD_OF = {"cap": "alert", "datex2": "situation", "open311": "request", "senml": "senml"}


def _xml(making: str, standard: str) -> str:
    return making.replace("{root}", ROOT_OF[standard]).replace("{record}", RECORD_OF[standard])


LAUGHS = (
    'b\'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">\' + '
    "b''.join(b'<!ENTITY a%d \"' % i + (b'&a%d;' % (i - 1)) * 10 + b'\">' for i in range(1, 12))"
    " + b']><{root}>&a11;</{root}>'"
)
HOSTILE_XML = {
    "billion laughs": LAUGHS,
    "quadratic entity": "b'<!DOCTYPE r [<!ENTITY a \"' + b'x' * 99999 + b'\">]><{root}>' + b'&a;' * 999 + b'</{root}>'",
    "external entity": "b'<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><{root}>&a;</{root}>'",
    "parameter entity": "b'<!DOCTYPE r [<!ENTITY % a SYSTEM \"http://127.0.0.1:1/x\">%a;]><{root}/>'",
    "external schema": "b'<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><{root}/>'",
    "entity in UTF-16": "'<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"x\">]><{root}/>'.encode('utf-16')",
    "200 MB attribute": "b'<{root} a=\"' + b'x' * 200_000_000 + b'\"/>'",
    "24 MB name": "b'<{root}><' + b'x' * 24_000_000 + b'/></{root}>'",
    "24 MB text": "b'<{root}><{record}>' + b'x' * 24_000_000 + b'</{record}></{root}>'",
    "24 MB comment": "b'<{root}><!--' + b'x' * 24_000_000 + b'--></{root}>'",
    "200,000 deep": "b'<{root}>' + b'<{record}>' * 200_000 + b'</{record}>' * 200_000 + b'</{root}>'",
    "a record of ten million tags": "b'<{root}><{record}>' + b'<a/>' * 10_000_000 + b'</{record}></{root}>'",
    "ten million tags and no record": "b'<{root}>' + b'<a/>' * 10_000_000 + b'</{root}>'",
    "cut short": "b'<{root}><{record}>'",
    "wrong encoding": 'b\'<?xml version="1.0" encoding="utf-8"?><{root}><{record}>\\xff\\xfe</{record}></{root}>\'',
    "HTML page": "b'<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'",
    "another root": "b'<rss><channel/></rss>'",
}


DEEP = {
    "10,000 deep": "b'[' * 10_000 + b']' * 10_000",
    "100,000 deep": "b'[' * 100_000 + b']' * 100_000",
    "100,000 objects deep": "b'{\"value\":' * 100_000 + b'1' + b'}' * 100_000",
    "cut short": 'b\'[{"id": "a", "value": \'',
    "HTML page": "b'\\n<html><body>502 Bad Gateway</body></html>'",
    "many empty lists": "b'[' + b'[],' * 5_000_000 + b'[]]'",
    "not UTF-8": "b'[\"\\xff\\xfe\"]'",
    "empty": "b'  '",
}


NUMBERS = ("b'1' * 100_000", "b'1e400'", "b'NaN'", "b'Infinity'", "b'-Infinity'")


FEED = 'b\'[{"id":"a","type":"W","dateObserved":"2026-11-23T00:00:00Z","temperature":\' + '
GOOD = ' + b\'},{"id":"b","type":"W","dateObserved":"2026-11-23T00:00:00Z","temperature":9}]\''
NESTED = 'b\'[{"id":"a","dateIssued":"2026-11-23T00:00:00Z","data":\' + b\'[\' * 900 + b\']\' * 900 + b\'}]\''
POLYGON = (
    'b\'[{"id":"a","dateObserved":"2026-11-23T00:00:00Z","location":{"type":"Polygon","coordinates":[[\''
    " + b','.join(b'[%d.5,%d]' % (i % 90, i % 80) for i in range(1_000_000)) + b']]}}]'"
)

CBOR = {
    "100,000 deep": "b'\\x81' * 100_000 + b'\\x01'",
    "array said to be huge": "b'\\x9b\\x7f' + b'\\xff' * 7",
    "text said to be huge": "b'\\x81\\x7b\\x00\\x00\\x00\\x7f\\xff\\xff\\xff\\xff'",
    "a list in itself": "b'\\x81\\xd8\\x1c\\x81\\xd8\\x1d\\x00'",
    "a decimal with a huge exponent": "b'\\x81\\xa2\\x00\\x61t\\x02\\xc4\\x82\\x1a\\x3b\\x9a\\xca\\x00\\x01'",
}


NO_PROTOBUF = ("b'<html>gateway</html>'", "b''", "b'\\x0a' * 1_000_000", "b'{' * 10_000")

Case = tuple[str, str]
WHOLE: dict[str, Case] = {
    **{f"{s}: {name}": (s, _xml(making, s)) for name, making in HOSTILE_XML.items() for s in XML},
    **{f"{s}: {name}": (s, making) for name, making in DEEP.items() for s in READING_JSON},
    **{f"gtfs_realtime: {making}": ("gtfs_realtime", making) for making in NO_PROTOBUF},
}
ROWS: dict[str, Case] = {
    **{f"ngsi_ld: {n}": ("ngsi_ld", FEED + n + GOOD) for n in NUMBERS},
    "ngsi_ld: 900 deep": ("ngsi_ld", NESTED),
    "ngsi_ld: a polygon of a million points": ("ngsi_ld", POLYGON),
    **{f"senml: {name}": ("senml", making) for name, making in CBOR.items()},
}
RUN = """
import gc, json, sys, time
from importlib import import_module
from data_sources.engine.contract import Rejected, SourceError
from data_sources.standards.dialect import PLAIN
from data_sources.standards.quantities import conversion

conversion("temperature", "K")  # what is loaded once in the life of a program is not an answer's cost

def peak():
    (line,) = [x for x in open("/proc/self/status") if x.startswith("VmHWM")]
    return int(line.split()[1]) / 1024

def read(standard, making):
    decode = import_module(f"data_sources.standards.{standard}").decode
    raw = eval(making)
    gc.collect()
    open("/proc/self/clear_refs", "w").write("5")  # the peak is counted from here
    before, start = peak(), time.process_time()
    try:
        said = [r.reason if isinstance(r, Rejected) else r.table for r in decode(raw, PLAIN, None)]
    except SourceError as e:
        said = [f"whole: {e}"]
    return time.process_time() - start, peak() - before, said

print(json.dumps({name: read(*case) for name, case in json.load(sys.stdin).items()}))
"""


@pytest.fixture(scope="module")
def attacked() -> dict[str, tuple[float, float, list[str]]]:
    """Processor seconds, megabytes beyond the answer itself, and what the decoder gave: by the attack's name."""
    ran = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps({**WHOLE, **ROWS}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, tuple[float, float, list[str]]] = json.loads(ran.stdout)
    return found


Attacked = dict[str, tuple[float, float, list[str]]]


@pytest.mark.parametrize("name", [*WHOLE, *ROWS])
def test_an_attack_costs_little(attacked: Attacked, name: str) -> None:
    seconds, megabytes, said = attacked[name]
    assert seconds < SECONDS, said
    assert megabytes < MEGABYTES, said


@pytest.mark.parametrize("name", WHOLE)
def test_a_hostile_answer_is_refused_whole_with_a_reason(attacked: Attacked, name: str) -> None:
    ((reason),) = attacked[name][2]
    assert reason.startswith("whole: ")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_beyond_all_costs_its_own_row_only(attacked: Attacked, number: str) -> None:
    sensor, reason, *good = attacked[f"ngsi_ld: {number}"][2]
    assert (sensor, good) == ("sensor", ["sensor", "observation"])
    assert "is not finite" in reason


def test_nesting_that_the_parser_takes_is_refused_as_a_row(attacked: Attacked) -> None:
    assert "nested deeper" in attacked["ngsi_ld: 900 deep"][2][0]


def test_a_polygon_of_a_million_points_is_refused_as_a_row(attacked: Attacked) -> None:
    assert "points" in attacked["ngsi_ld: a polygon of a million points"][2][0]
