"""Which room may look into which, what stays where, and how long things may be."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("city", "repository", "data_sources", "dashboards", "reports", "commands")
MAY_IMPORT: dict[str, set[str]] = {
    "city": set(),
    "repository": {"city"},
    "data_sources": {"city"},
    "dashboards": {"city"},
    "reports": {"city", "dashboards.kit"},
    "commands": {"city", "repository", "data_sources", "dashboards", "reports"},
    "app": {"city", "repository", "data_sources", "dashboards", "reports", "commands"},
}


def files() -> list[Path]:
    return [ROOT / "app.py", *(p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py")))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {name_of(p): p for p in files()}
TREES = {name: ast.parse(p.read_text("utf-8")) for name, p in SOURCES.items()}


def imported(name: str) -> Iterator[str]:
    """Modules that a module imports, those of a `from` import by their own names where they are modules."""
    package = name if SOURCES[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            for a in node.names:
                yield f"{base}.{a.name}" if f"{base}.{a.name}" in SOURCES else base


def outsiders(wanted: set[str]) -> dict[str, set[str]]:
    """Modules, and which of these libraries they import."""
    found = {name: {i for i in imported(name) if i.split(".")[0] in wanted or i in wanted} for name in SOURCES}
    return {name: what for name, what in found.items() if what}


def within(module: str, rooms: set[str]) -> bool:
    return any(module == r or module.startswith(r + ".") for r in rooms)


def test_there_is_something_to_guard() -> None:
    assert len(SOURCES) > 30
    assert {"city", "repository", "data_sources", "dashboards", "commands", "app"} <= {n.split(".")[0] for n in SOURCES}
    assert sum(1 for n in SOURCES for i in imported(n) if i.split(".")[0] in ROOMS) > 50


def test_no_arrow_turns() -> None:
    wrong = [
        f"{name} imports {i}"
        for name in SOURCES
        for i in imported(name)
        if i.split(".")[0] in {*ROOMS, "app"}
        and i.split(".")[0] != name.split(".")[0]
        and not within(i, MAY_IMPORT[name.split(".")[0]])
    ]
    assert wrong == []


def test_there_are_no_cycles() -> None:
    graph = {name: {i for i in imported(name) if i in SOURCES and i != name} for name in SOURCES}
    assert sum(map(len, graph.values())) > 50
    TopologicalSorter(graph).prepare()  # raises CycleError, naming the cycle


@pytest.mark.parametrize(
    ("what", "libraries", "allowed"),
    [
        ("SQL", {"sqlalchemy", "psycopg", "alembic"}, {"repository", "commands", "data_sources.transports.database"}),
        ("HTTP out", {"httpx", "requests", "aiohttp", "urllib.request", "http.client"}, {"data_sources.engine.http"}),
        ("connections", {"httpcore"}, {"data_sources.engine.http", "data_sources.engine.wire"}),
        ("the web framework", {"dash", "fastapi", "starlette"}, {"dashboards", "commands"}),
        ("unsafe readers", {"pickle", "shelve", "marshal", "dill", "diskcache", "yaml"}, set()),
    ],
)
def test_a_library_stays_in_its_room(what: str, libraries: set[str], allowed: set[str]) -> None:
    assert [f"{what}: {n} imports {i}" for n, i in outsiders(libraries).items() if not within(n, allowed)] == []


def test_the_guard_of_libraries_sees_them() -> None:
    assert outsiders({"sqlalchemy"}) and outsiders({"pydantic"})


CLOCKS = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time|time\.time_ns|Timestamp\.now)\b")


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = {n for n, tree in TREES.items() for x in ast.walk(tree) if CLOCKS.search(_dotted(x))}
    assert asking == {"city.clock"}


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\b|\brgba?\(\s*\d", re.I)
PALETTES = {"dashboards/kit/theme.py", "assets/tokens.css"}


def test_colours_stay_in_the_theme() -> None:
    looked = [*SOURCES.values(), *(ROOT / "assets").rglob("*.css"), *(ROOT / "assets").rglob("*.js")]
    coloured = {p.relative_to(ROOT).as_posix() for p in looked if COLOUR.search(p.read_text("utf-8"))}
    assert coloured & PALETTES, "the guard finds no colour at all"
    assert coloured - PALETTES == set()


def functions() -> Iterator[tuple[str, int]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_file_is_longer_than_250_lines() -> None:
    lengths = {n: len(p.read_text("utf-8").splitlines()) for n, p in SOURCES.items()}
    assert {n: length for n, length in lengths.items() if length > 250} == {}


def test_functions_are_short() -> None:
    lengths = list(functions())
    assert len(lengths) > 100
    assert [f for f in lengths if f[1] > 40] == []
    assert statistics.median(length for _, length in lengths) <= 12


RUNS_SQL = {"text", "execute", "executemany", "exec_driver_sql", "scalars", "scalar", "copy"}


# statements about tables and partitions whose names the program itself made
NAMES_OF_OURS = {f"repository.{x}" for x in ("migrations", "month", "partitions", "restamp", "session")}


def test_no_statement_is_put_together_from_strings() -> None:
    """Whatever is set into the text of a statement can become code. Constants of a module may be; values are bound,
    identifiers go through psycopg.sql."""
    trees = {n: t for n, t in TREES.items() if not within(n, NAMES_OF_OURS)}
    calls = [
        (n, c) for n, t in trees.items() for c in ast.walk(t) if isinstance(c, ast.Call) and _called(c) in RUNS_SQL
    ]
    assert len(calls) > 50
    assert [f"{n}:{c.lineno}" for n, c in calls if c.args and _is_glued(c.args[0])] == []


@pytest.mark.parametrize(
    ("code", "glued"),
    [
        ("text(f'select {name}')", True),
        ("c.execute('select ' + name)", True),
        ("c.execute('select %s' % name)", True),
        ("c.execute('select {}'.format(name))", True),
        ("c.execute(f'select {_NAMES}')", False),
        ("c.execute(SELECT + ' limit 1')", False),
        ("c.execute('select %s', [name])", False),
        ("c.execute(sql.SQL('select {}').format(sql.Identifier(name)))", False),
    ],
)
def test_the_guard_of_statements_tells_them_apart(code: str, glued: bool) -> None:
    (call,) = [x for x in ast.walk(ast.parse(code)) if isinstance(x, ast.Call) and _called(x) in RUNS_SQL]
    assert _is_glued(call.args[0]) == glued


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_glued(node: ast.expr) -> bool:
    """Is it text with something in it that is no constant?"""
    if isinstance(node, ast.JoinedStr):
        return not all(_is_constant(v.value) for v in node.values if isinstance(v, ast.FormattedValue))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return not (_is_constant(node.left) and _is_constant(node.right))
    formats = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return formats and isinstance(node.func.value, ast.Constant)


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_every_dependency_says_where_it_is_used() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    project = tomllib.loads("\n".join(lines))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert len(wanted) > 15
    for need in wanted:
        (line,) = [x for x in lines if x.strip().startswith(f'"{need}"')]
        said = re.search(r"# (.+)", line)
        used = [x for part in said[1].split("; ") for x in part.partition(": ")[0].split(", ")] if said else []
        assert used and ": " in said[1], f"{need} has no comment saying where it is used"
        rooms = [x for x in used if x != "make check"]
        assert [x for x in rooms if not any((ROOT / f"{x}{end}").exists() for end in ("", ".py"))] == [], need


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_has_a_hash_for_everything_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pinned = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    named = re.findall(r"^[A-Za-z0-9._-]+", text, re.M)
    assert len(pinned) == len(named) > 40
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)


FLOORS = {  # versions below these have known holes
    "dash": (4, 4, 1),  # signed handles of background callbacks; before 2.15 also scripts in href
    "plotly": (6, 0),  # carries plotly.js 3 or newer: prototype pollution of 2.25.1 and older is gone
    "starlette": (1, 3, 1),
    "jinja2": (3, 1, 6),
    "h11": (0, 16),
}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_no_version_with_a_known_hole_is_locked(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    for name, floor in FLOORS.items():
        found = re.search(rf"^{name}==([\d.]+)", text, re.M)
        assert found, f"{name} is not in {lock}: drop its floor"
        assert tuple(map(int, found[1].split("."))) >= floor, found[0]


def test_what_is_tested_has_the_versions_that_run() -> None:
    locks = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / f).read_text("utf-8"), re.M))
        for f in ("requirements.lock", "requirements-test.lock")
    ]
    assert locks[0] and locks[0].items() <= locks[1].items()
