"""The demo city: Hue's places drawn schematically, and a seeded simulation of its sensors, calls and tickets."""
