// ExperimentTracking
