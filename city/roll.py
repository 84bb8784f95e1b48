"""Who measures: sensors by their keys, and what is made of their names, once for all pictures that know the same."""

from functools import cached_property, lru_cache

import numpy as np

from city.batch import Array

SensorKey = tuple[str, str]
"""(source, sensor_id)"""


class Roll:
    """Sensors in the order of their keys. Two rolls are the same only if they are one."""

    def __init__(self, sensors: tuple[SensorKey, ...]) -> None:
        self.sensors = sensors

    @cached_property
    def index(self) -> dict[SensorKey, int]:
        return {key: i for i, key in enumerate(self.sensors)}

    @cached_property
    def names(self) -> Array:
        """object (2 × sensors): their sources, and their own names."""
        out = np.empty((2, len(self.sensors)), dtype=object)
        out[0], out[1] = [source for source, _ in self.sensors], [name for _, name in self.sensors]
        return out

    @cached_property
    def rank(self) -> Array:
        """int64 a sensor: where its name stands among all, then its source."""
        named = sorted(range(len(self.sensors)), key=lambda i: self.sensors[i][::-1])
        return np.argsort(np.array(named, dtype=np.int64))


@lru_cache(maxsize=16)
def ranks(rolls: tuple[Roll, ...]) -> tuple[Array, ...]:
    """int64 a sensor of each roll: where its name stands among those of all of them, then its source."""
    together = sorted({key for roll in rolls for key in roll.sensors}, key=lambda key: key[::-1])
    place = {key: i for i, key in enumerate(together)}
    return tuple(np.array([place[key] for key in roll.sensors], dtype=np.int64) for roll in rolls)
