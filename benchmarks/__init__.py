"""Programs that make the figures and pictures of the README: `python -m benchmarks.NAME` at the top of a clone."""
