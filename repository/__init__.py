"""The shared data repository: tables, migrations, writing, reading what is new and what was known."""
