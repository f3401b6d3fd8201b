"""Runs the same work with every tracker, side by side, and prints what it cost.

`python3 benchmarks/run.py` is the entry point. A measurement is one fresh process (`child.py`) in
the environment of its tool: an adapter (`adapters/`, one file a tool) does the work of a workload
(`workloads/`, one file each).
"""
