"""The model of a city: places, rows, snapshots, indicators. Imports nothing of ours and touches nothing outside."""
