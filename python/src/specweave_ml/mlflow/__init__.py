"""MLflow on the increments of a project: its stores, for the scheme `specweave`.

An increment is MLflow's experiment, an experiment is its run. Nothing in here imports MLflow before
it meets a URI of ours, or the user asks for it.
"""
