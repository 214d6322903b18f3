"""Measured, not tested: `python -m benchmarks` runs every part and writes the figures into docs/performance.md."""
