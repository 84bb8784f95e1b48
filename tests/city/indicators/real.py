"""Real cities' files as rows of ours, read by pandas alone, so that nothing of the loader is trusted."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

DATA = Path(os.environ.get("IOC_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
Row = dict[str, Any]


def file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not here (IOC_SHARED_DATA)")
    return path


def utc(times: pd.Series, zone: str) -> list[datetime | None]:
    """Local wall times: ambiguous ones as the earlier, missing ones as the first instant after the gap."""
    first = [True] * len(times)
    moved = pd.DatetimeIndex(times).tz_localize(zone, ambiguous=first, nonexistent="shift_forward").tz_convert("UTC")
    return [None if t is pd.NaT else t.to_pydatetime() for t in moved]


def rows(**columns: Iterable[Any]) -> list[Row]:
    names, values = list(columns), zip(*columns.values(), strict=True)
    return [dict(zip(names, v, strict=True)) for v in values]


def boston() -> list[Row]:
    d = pd.read_csv(file("feedback/boston_311_2011H2.csv.gz"), dtype=str)
    times = {c: utc(pd.to_datetime(d[c]), "America/New_York") for c in ("open_dt", "target_dt", "closed_dt")}
    ward = ["Ward " + w.replace("Ward", "").strip() if w.strip() else None for w in d["ward"].fillna("")]
    return rows(
        feedback_id=d["case_enquiry_id"],
        received_at=times["open_dt"],
        due_at=times["target_dt"],
        closed_at=times["closed_dt"],
        status=[s.lower() for s in d["case_status"]],
        place_code=ward,
    )


def new_york() -> list[Row]:
    d = pd.read_csv(file("feedback/nyc_311_animals_2025Q1.csv.gz"), dtype=str)
    received, closed = (utc(pd.to_datetime(d[c]), "America/New_York") for c in ("Created Date", "Closed Date"))
    boards = [None if pd.isna(b) else b for b in d["Community Board"]]
    return rows(feedback_id=d["Unique Key"], received_at=received, closed_at=closed, place_code=boards)


def montgomery() -> list[Row]:
    names = ["lat", "lng", "title", "at", "township", "address"]
    d = pd.read_csv(file("public_order/montgomery_pa_911_noheader.csv.gz"), names=names)
    opened = utc(pd.to_datetime(d["at"]), "America/New_York")
    categories = [t.lower().replace(": ", "_") for t in d["title"]]
    township = [None if pd.isna(t) else t for t in d["township"]]
    return rows(event_id=map(str, d.index), opened_at=opened, category=categories, place_code=township)


def chicago() -> list[Row]:
    d = pd.read_csv(file("public_order/chicago_crimes_2015-01-23_02-08.csv.gz"), dtype=str)
    opened = utc(pd.to_datetime(d["Date"], format="%m/%d/%Y %I:%M:%S %p"), "America/Chicago")
    categories = ["crime: " + t.lower() for t in d["Primary Type"]]
    areas = [None if pd.isna(a) else a for a in d["Community Area"]]
    return rows(event_id=d["ID"], opened_at=opened, category=categories, place_code=areas)


def vietnam(since: str, until: str) -> list[Row]:
    d = pd.read_parquet(file("environment/vietnam_aqiin_measurements_2026-05.parquet"))
    stations = pd.read_csv(file("environment/vietnam_aqiin_stations.csv")).set_index("station_name")["province"]
    ours = {"pm25": "pm2_5", "temp": "temperature", "hum": "humidity"}
    d = d[(d["timestamp_utc"] > since) & (d["timestamp_utc"] <= until)]
    return rows(
        sensor_id=d["station_name"],
        metric=[ours.get(p, p) for p in d["parameter"]],
        observed_at=[t.to_pydatetime() for t in d["timestamp_utc"]],
        value=d["value"],
        place_code=stations.reindex(d["station_name"]),
    )


def hanoi() -> list[Row]:
    parts = [pd.read_csv(file(f"environment/hanoi_airnow_pm25_{y}.csv.gz")) for y in range(2016, 2021)]
    d = pd.concat(parts)
    d = d[(d["QC Name"] == "Valid") & (d["Raw Conc."] != -999)]
    at = utc(pd.to_datetime(d["Date (LT)"], format="%Y-%m-%d %I:%M %p"), "Asia/Ho_Chi_Minh")
    found = dict(zip(at, d["Raw Conc."], strict=True))
    return rows(
        sensor_id=["hanoi"] * len(found), metric=["pm2_5"] * len(found), observed_at=found, value=found.values()
    )


def plumtree() -> list[Row]:
    d = pd.read_csv(file("environment/usgs_01581752_plumtree_run_2018_5min.csv.gz"))
    gage = "USGS:01581752:00065:00000"
    d = d[~d[f"{gage}_qualifiers"].fillna("").str.contains("hf.missing") & d[gage].notna()]
    at = [t.to_pydatetime() for t in pd.to_datetime(d["datetime_utc"], utc=True)]
    return rows(
        sensor_id=["plumtree"] * len(d), metric=["water_level"] * len(d), observed_at=at, value=d[gage] * 0.3048
    )


def dublin() -> list[Row]:
    d = pd.read_csv(file("environment/dublin_noise_2015_2021_hourly.tsv.gz"), sep="\t", index_col=0)
    d = d[d["datetime"].str[:7].isin(["2015-03", "2015-10", "2020-06"])].copy()  # clocks change in two of them
    d["at"] = utc(pd.to_datetime(d["datetime"]), "Europe/Dublin")
    long = (
        d.drop(columns="datetime")
        .melt("at", var_name="sensor_id")
        .dropna()
        .drop_duplicates(["at", "sensor_id"], keep="last")
    )
    at = [t.to_pydatetime() for t in long["at"]]
    return rows(sensor_id=long["sensor_id"], metric=["noise_laeq"] * len(long), observed_at=at, value=long["value"])


def montreal() -> list[Row]:
    d = pd.read_csv(file("environment/montreal_weather_2012_hourly.csv.gz"))
    at = utc(pd.to_datetime(d["Date/Time"]), "Etc/GMT+5")
    warm = rows(sensor_id=["yul"] * len(d), metric=["temperature"] * len(d), observed_at=at, value=d["Temp (C)"])
    humid = rows(sensor_id=["yul"] * len(d), metric=["humidity"] * len(d), observed_at=at, value=d["Rel Hum (%)"])
    return warm + humid
