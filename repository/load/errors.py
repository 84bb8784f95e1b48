"""What can go wrong with a whole load. A bad row is never an exception: it is refused, counted and kept."""


class LoadError(ValueError):
    """A file or a mapping can't be used at all; the message is for people, one line a fault."""


class CutShortError(LoadError):
    """The file ends before its end; raised after everything that could be read was handed over."""
