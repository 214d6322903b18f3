"""The site measured: pages with much data under load, writers at once, imports, starting. `python -m benchmarks.site --help`."""
