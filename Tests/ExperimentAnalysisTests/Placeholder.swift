// ExperimentAnalysis
