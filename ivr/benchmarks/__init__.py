"""The benchmarks: each measures the product and its baseline in one run, and says how, how often and against what."""
