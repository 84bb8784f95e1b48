"""Wide files, units, sequences and gates: observations from tables of every shape."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from repository.load.errors import LoadError
from repository.rejected import rejected
from tests.repository.load.makers import counts, loaded, stored, written

WIDE = 'kind = "observations"\ntimezone = "UTC"\n[columns]\nobserved_at = "at"\n'
ROWS = "select sensor_id, metric, value, unit from repository.observation order by observed_at, sensor_id, metric"


def values(engine: Engine) -> list[tuple[object, ...]]:
    return stored(engine, ROWS)


def test_columns_that_are_metrics_of_one_sensor(engine: Engine, tmp_path: Path) -> None:
    toml = WIDE + '[metrics]\n"Temp (C)" = "temperature"\nHum = "humidity"\n[defaults]\nsensor_id = "s"\n'
    report = loaded(
        engine, toml, written(tmp_path, "at,Temp (C),Hum\n2026-05-01 00:00,21.5,80\n2026-05-01 01:00,,81\n")
    )
    assert counts(report) == (4, 3, 0, 0, 1)
    assert values(engine) == [("s", "humidity", 80, "%"), ("s", "temperature", 21.5, "°C"), ("s", "humidity", 81, "%")]
    (refused,) = rejected(engine)
    assert (refused.reason, refused.row) == ("no value: value is empty", 2)
    assert refused.content == '{"at":"2026-05-01 01:00","Temp (C)":""}'


@pytest.mark.parametrize(
    "metrics",
    [
        '[metrics]\nlaeq_a = "a"\nlaeq_b = "b"\n[defaults]\nmetric = "noise_laeq"',
        '[metrics]\n"laeq_*" = "*"\n[defaults]\nmetric = "noise_laeq"',
        '[metrics]\n"laeq_*" = { metric = "noise_laeq", sensor_id = "*" }',
        '[metrics]\nlaeq_a = { metric = "noise_laeq", sensor = "a" }\nlaeq_b = { metric = "noise_laeq", sensor = "b" }',
    ],
)
def test_columns_that_are_sensors_of_one_metric(engine: Engine, tmp_path: Path, metrics: str) -> None:
    loaded(engine, WIDE + metrics, written(tmp_path, "n,at,laeq_a,laeq_b\n7,2026-05-01 00:00,50.5,60\n"))
    assert values(engine) == [("a", "noise_laeq", 50.5, "dBA"), ("b", "noise_laeq", 60, "dBA")]


def test_columns_of_one_metric_without_named_sensors_are_sensors_by_their_names(engine: Engine, tmp_path: Path) -> None:
    toml = WIDE + '[metrics]\nlaeq_a = "noise_laeq"\nlaeq_b = "noise_laeq"\n'
    loaded(engine, toml, written(tmp_path, "at,laeq_a,laeq_b\n2026-05-01 00:00,50,60\n"))
    assert [row[0] for row in values(engine)] == ["laeq_a", "laeq_b"]


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        ('[metrics]\na = "temperature"\nb = "humidity"', "whose readings are 'a', 'b'"),
        (
            '[metrics]\na = "pm10"\nb = "pm10"\n[defaults]\nsensor_id = "s"',
            "columns 'a', 'b' would make the same readings",
        ),
        ('[metrics]\n"x*" = "pm10"', "no column matches 'x*'"),
        ('[metrics]\nc = "pm10"', "there is no column 'c'"),
    ],
)
def test_wide_mappings_that_would_lose_or_mix_up_readings_are_told(
    engine: Engine, tmp_path: Path, metrics: str, says: str
) -> None:
    with pytest.raises(LoadError) as e:
        loaded(engine, WIDE + metrics, written(tmp_path, "at,a,b\n2026-05-01 00:00,50,60\n"))
    assert says in str(e.value)


def test_rows_without_a_time_are_counted_from_the_first(engine: Engine, tmp_path: Path) -> None:
    toml = 'kind = "observations"\ntimezone = "America/New_York"\n[metrics]\n"*" = "speed"\n[units]\nspeed = "mph"\n'
    toml += '[sequence]\nobserved_at = { start = "2026-03-08 01:55", every = "5 min" }\n'
    loaded(engine, toml, written(tmp_path, "a,b\n10,20\n30,40\n"))
    found = stored(
        engine, "select sensor_id, value, observed_at at time zone 'UTC' from repository.observation order by 3, 1"
    )
    assert [(s, round(v, 3), str(t)) for s, v, t in found] == [
        ("a", 16.093, "2026-03-08 06:55:00"),
        ("b", 32.187, "2026-03-08 06:55:00"),
        ("a", 48.280, "2026-03-08 07:00:00"),
        ("b", 64.374, "2026-03-08 07:00:00"),
    ]


LONG = """kind = "observations"
[columns]
sensor_id = "s"
metric = "m"
observed_at = "at"
value = "v"
"""
AT = "2026-05-01T00:00Z"


@pytest.mark.parametrize(
    "units",
    [
        'water_level = "ft"',
        'value = "ft"',
        'ft = "m"',
        'value = { from = "feet", to = "m" }',
        'water_level = "ft → m"',
        "water_level = 0.3048",
        "value = { factor = 0.3048 }",
    ],
)
def test_units_of_a_file_may_be_said_in_many_ways(engine: Engine, tmp_path: Path, units: str) -> None:
    loaded(engine, f"{LONG}[units]\n{units}\n", written(tmp_path, f"s,m,v,at\na,water_level,10,{AT}\n"))
    assert values(engine) == [("a", "water_level", 3.048, "m")]


def test_units_that_rows_say_themselves_are_heeded(engine: Engine, tmp_path: Path) -> None:
    rows = (f"a,temperature,50,{AT},°F", f"b,temperature,20,{AT},C", f"c,co,1.5,{AT},MG/M3", f"d,odd,1,{AT},furlong")
    path = written(tmp_path, "s,m,v,at,u\n" + "\n".join(rows))
    report = loaded(engine, LONG.replace("[columns]", '[columns]\nunit = "u"'), path)
    found = {s: (round(v, 6), u) for s, _, v, u in values(engine)}
    assert found == {"a": (10, "°C"), "b": (20, "°C"), "c": (1500, "µg/m³"), "d": (1, "furlong")}
    assert report.notes == {"temperature: °F → °C": 1, "co: MG/M3 → µg/m³": 1}


def test_a_unit_that_can_t_be_is_kept_and_told(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, f"s,m,v,at,u\na,temperature,20,{AT},µg/m³\nb,o3,30,{AT},ppb\n")
    report = loaded(engine, LONG.replace("[columns]", '[columns]\nunit = "u"'), path)
    assert report.written == 2
    assert report.notes == {
        "temperature said to be in µg/m³, taken as °C": 1,
        "o3 said to be in ppb, taken as µg/m³": 1,
    }


def test_a_unit_of_theirs_may_have_a_factor(engine: Engine, tmp_path: Path) -> None:
    toml = LONG.replace("[columns]", '[columns]\nunit = "u"') + '[units]\nppb = { factor = 1.96, to = "µg/m³" }\n'
    loaded(engine, toml, written(tmp_path, f"s,m,v,at,u\na,o3,10,{AT},ppb\n"))
    assert values(engine) == [("a", "o3", 19.6, "µg/m³")]


def test_limits_are_of_our_units(engine: Engine, tmp_path: Path) -> None:
    toml = LONG + '[units]\ntemperature = "°F"\n'
    report = loaded(engine, toml, written(tmp_path, f"s,m,v,at\na,temperature,100,{AT}\nb,temperature,200,{AT}\n"))
    assert counts(report) == (2, 1, 0, 0, 1)
    assert rejected(engine)[0].reason == "temperature 93.3333 is not between -95 and 65"


def test_a_file_s_own_marks_gate_its_rows(engine: Engine, tmp_path: Path) -> None:
    rows = "".join(f"{i},pm10,{i},{AT},{q}\n" for i, q in enumerate(["Valid", "Invalid", "", "Suspect", "odd"]))
    path = written(tmp_path, "s,m,v,at,q\n" + rows)
    assert counts(loaded(engine, LONG + '[only]\nq = "Valid"\n', path)) == (5, 1, 0, 0, 4)
    assert counts(loaded(engine, LONG + '[refuse]\nq = ["Invalid", "Suspect"]\n', path)) == (5, 2, 0, 1, 2)
    assert {r.reason for r in rejected(engine)} >= {"q 'Invalid' is not wanted", "q '' is not wanted"}


def test_numbers_may_be_written_the_european_way(engine: Engine, tmp_path: Path) -> None:
    toml = LONG + '[file]\ndelimiter = ";"\ndecimal = ","\nthousands = "."\nempty = ["n/a"]\n'
    path = written(tmp_path, f"s;m;v;at\na;odd;1.234,5;{AT}\nb;odd;-7;{AT}\nc;odd;n/a;{AT}\n")
    assert counts(loaded(engine, toml, path)) == (3, 2, 0, 0, 1)
    assert [row[2] for row in values(engine)] == [1234.5, -7]


def test_columns_are_combined_for_times_and_for_keys(engine: Engine, tmp_path: Path) -> None:
    toml = 'kind = "observations"\ntimezone = "UTC"\n[columns]\nvalue = "v"\n[defaults]\nmetric = "odd"\n[combine]\n'
    toml += 'sensor_id = { columns = ["site", "n"], separator = "-" }\n'
    path = written(tmp_path, "date,hour,site,n,v\n2026-05-01,7,a,1,5\n2026-05-01,24,a,,6\n")
    loaded(engine, toml + 'observed_at = ["date", "hour"]\n', path)
    assert loaded(engine, toml + 'observed_at = "date + hour"\n', path).unchanged == 2
    loaded(engine, toml + 'observed_at = "{date}T{hour}:00"\n', path, source="again")
    found = stored(
        engine, "select source, sensor_id, observed_at at time zone 'UTC' from repository.observation order by 1, 3"
    )
    times = ("2026-05-01 07:00:00", "2026-05-02 00:00:00")
    assert [(s, i, str(t)) for s, i, t in found] == [
        (s, i, t) for s in ("again", "test") for i, t in zip(("a-1", "a"), times, strict=True)
    ]
