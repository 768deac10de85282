"""Benchmarks of the matching: bulk speed and memory beside Splink, quality on data with a known truth."""
