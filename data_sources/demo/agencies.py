"""The agencies that the demo plays: what each sends, and the time when one of them could not be reached."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from city.feeds import FeedCard
from data_sources.demo import cases, incidents, sensors, tickets
from data_sources.demo.frame import Frame
from data_sources.demo.hospitals import HOSPITAL
from data_sources.demo.sensors import SOURCES
from data_sources.demo.stations import AIR
from data_sources.engine.contract import SourceInfo

EVERY, STALE_AFTER = timedelta(seconds=2), timedelta(minutes=2)
OPEN = "CC0-1.0"


ENVIRONMENT, WEATHER = "Sở Nông nghiệp và Môi trường", "Đài Khí tượng Thủy văn"
TRANSPORT, CENTRE = "Sở Xây dựng", "Trung tâm Giám sát, điều hành đô thị"
HEALTH = (*HOSPITAL, "ambulance_response_minutes", "cases_dengue")


def _agency(key: str, title: str, owner: str, domain: str, *tables: str) -> SourceInfo:
    played = f"{owner} (mô phỏng)"
    return SourceInfo(key, title, domain, EVERY, STALE_AFTER, owner=played, standard="demo", tables=tables)


def _sensed(kind: str, title: str, owner: str, domain: str, *metrics: str) -> SourceInfo:
    return replace(_agency(SOURCES[kind], title, owner, domain, "observation", "sensor"), metrics=metrics)


def _open(card: SourceInfo, licence: str = OPEN, *, shared: bool = True) -> SourceInfo:
    return replace(card, licence=licence, shared=shared)


AGENCIES = (
    _open(_sensed("air", "Không khí và tiếng ồn", ENVIRONMENT, "environment", *AIR, "noise_laeq")),
    _open(_sensed("rain", "Mưa và khí tượng", WEATHER, "environment", "rain", "temperature", "humidity")),
    _open(_sensed("river", "Mực nước sông", WEATHER, "environment", "water_level")),
    _open(_sensed("flood", "Ngập đường phố", CENTRE, "environment", "flood_depth"), shared=False),
    _open(_sensed("traffic", "Giao thông", TRANSPORT, "traffic", "speed", "flow"), "CC-BY-4.0", shared=False),
    _sensed("hospital", "Bệnh viện và dịch tễ", "Sở Y tế", "health", *HEALTH),
    _agency(incidents.SOURCE, "Trực ban và điều phối", "Công an thành phố", "public_order", "event"),
    _agency(tickets.SOURCE, "Phản ánh hiện trường", CENTRE, "feedback", "feedback"),
    _agency(cases.SOURCE, "Dịch vụ công trực tuyến", "Trung tâm Phục vụ hành chính công", "services",
            "administrative_case"),
)  # fmt: skip


def cards() -> list[FeedCard]:
    """As the repository keeps them."""
    same = ("title", "domain", "standard", "url", "owner", "licence", "every", "stale_after", "tables", "metrics")
    return [FeedCard(source=a.key, shared=a.shared, **{n: getattr(a, n) for n in same}) for a in AGENCIES]


@dataclass(frozen=True, slots=True)
class Outage:
    """When one agency's feed could not be read; what it had measured meanwhile came in when it was back."""

    source: str
    begin: datetime
    end: datetime
    why: str = "no answer in 30 s"

    @classmethod
    def before(cls, end: datetime) -> "Outage":
        """The gauges' of a past that ends at `end`: three hours, two days before."""
        begin = end.replace(minute=0, second=0, microsecond=0) - timedelta(hours=50)
        return cls(sensors.MAIN_SOURCE, begin, begin + timedelta(hours=3))

    def delayed(self, frame: Frame) -> Frame:
        """A frame with its rows recorded no earlier than they could be."""
        begin, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in (self.begin, self.end))
        held = (frame.recorded_at > begin) & (frame.recorded_at < end) & (frame.columns["source"] == self.source)
        return replace(frame, recorded_at=np.where(held, end, frame.recorded_at)) if held.any() else frame
