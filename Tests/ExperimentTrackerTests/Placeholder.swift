// ExperimentTracker
