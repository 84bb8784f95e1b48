"""Screens without a browser that note how large each frame is, too: `python -m bench._country_screens URL COUNT`."""

import asyncio
import sys
from typing import Any

from bench import _socket_client


class Screen(_socket_client.Screen):
    def __init__(self, href: str, callback: str) -> None:
        super().__init__(href, callback)
        self.frames: list[tuple[float, int]] = []

    def _note(self, at: float, props: dict[str, str]) -> None:
        frame = props.get("data-frame", "{}")
        if '"beat":true' not in frame[:200]:
            self.frames.append((at, len(frame.encode())))
        super()._note(at, props)

    @property
    def noted(self) -> dict[str, Any]:
        return {"seen": self.seen, "frames": self.frames[1:]}  # the first is whole


if __name__ == "__main__":
    asyncio.run(_socket_client.main(sys.argv[1], int(sys.argv[2]), Screen))
