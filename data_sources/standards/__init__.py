"""One pure decoder a standard: `decode(raw, dialect, at)` turns an answer's bytes into records of the contract."""
