"""`ioc load`: files into the shared repository. mapping → files → shape → convert → check → stage → upsert."""
