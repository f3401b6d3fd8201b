"""MLflow on the increments of a project: its stores, for the scheme `specweave`."""
