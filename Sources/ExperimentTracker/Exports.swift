// The product is one module to its users: what the layers below make public is seen through it.
@_exported public import EnvironmentCapture
@_exported public import ExperimentAnalysis
@_exported public import ExperimentRuntime
@_exported public import TrackingEntities
