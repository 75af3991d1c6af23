"""How much our units cost, against limits measured in the same run: `make bench`, `python -m benchmarks --help`."""
