"""What can go wrong with the repository; every message is one line a person can act on, without a secret in it."""


class RepositoryError(Exception):
    """The repository cannot be used: unreachable, refused, or not what it should be."""


class ServerError(RepositoryError):
    """The embedded PostgreSQL cannot be started."""


class AwayError(RepositoryError):
    """The database does not answer now; it may later, without anybody changing a setting."""


class UnwritableError(AwayError):
    """The database answers and stores nothing: its disk is full, or it takes no writes for now."""
