"""Compressed bytes, unpacked no further than a limit: a bomb costs no more than what was allowed anyway."""

import zlib
from collections.abc import Iterable, Iterator

from data_sources.engine.contract import SourceError

EITHER, RAW = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
STEP = 1 << 20


def inflated(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    """gzip (several members too), zlib or bare deflate, in pieces. Raises SourceError beyond `most` bytes, on bytes
    that are none of these, and when the end is missing."""
    total, engine, begun = 0, zlib.decompressobj(EITHER), False
    for part in parts:
        rest = part
        while rest:
            if engine.eof:
                engine, begun = zlib.decompressobj(EITHER), False
            engine, out, rest = _step(engine, rest, begun=begun)
            begun = True
            total += len(out)
            if total > most:
                raise SourceError(f"more than {most:,} bytes once unpacked")
            if out:
                yield out
    if begun and not engine.eof:
        raise SourceError("a compressed answer that was cut short")


def _step(engine: "zlib._Decompress", data: bytes, *, begun: bool) -> tuple["zlib._Decompress", bytes, bytes]:
    """One bounded piece, and what is left of `data`."""
    try:
        out = engine.decompress(data, STEP)
    except zlib.error as e:
        if begun:
            raise SourceError(f"a compressed answer that is damaged: {e}") from e
        engine = zlib.decompressobj(RAW)  # some servers call bare deflate "deflate", some zlib
        try:
            out = engine.decompress(data, STEP)
        except zlib.error:
            raise SourceError("said to be compressed, but it is not") from e
    return engine, out, engine.unconsumed_tail or engine.unused_data
