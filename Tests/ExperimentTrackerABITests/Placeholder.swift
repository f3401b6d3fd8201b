// ExperimentTrackerABI
