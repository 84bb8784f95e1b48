"""How many records an answer of the decoders' benchmark has, and when they were."""

from datetime import UTC, datetime

RECORDS = 50_000
AT = datetime(2026, 11, 23, tzinfo=UTC)
EPOCH = int(AT.timestamp())


def moment(i: int) -> str:
    return datetime.fromtimestamp(EPOCH - i % 86_400, UTC).isoformat()
