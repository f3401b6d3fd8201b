"""Names that SpecWeave documents for the same import package and that are not for tracking.

Asking for one of them gets an answer that says where it belongs, instead of a bare "cannot import".
"""

from __future__ import annotations

BY_SKILL = {
    "model-evaluator": "ModelEvaluator",
    "model-explainer": "ModelExplainer explain_model",
    "model-registry": "ModelRegistry MLflowRegistry CustomRegistry ModelVersion",
    "feature-engineer": "FeatureStore DataQualityReport FeatureCreator FeatureSelector "
    "FeatureTransformer FeatureValidator",
    "ml-deployment-helper": "create_model_api create_batch_predictor create_streaming_predictor "
    "containerize_model setup_model_monitoring create_ab_test load_test_model",
    "automl-optimizer": "OptunaOptimizer AutoMLPipeline NeuralArchitectureSearch "
    "AutoSklearnOptimizer H2OAutoMLOptimizer",
    "cv-pipeline-builder": "CVPipeline ImageAugmentation",
    "nlp-pipeline-builder": "NLPPipeline TextPreprocessor",
    "data-visualizer": "EDAVisualizer ClassificationVisualizer RegressionVisualizer "
    "FeatureVisualizer TimeSeriesVisualizer ModelComparisonVisualizer InteractiveVisualizer "
    "MLReportGenerator DashboardCreator",
    "anomaly-detector": "AnomalyDetector IsolationForestDetector OneClassSVMDetector "
    "AutoencoderDetector LOFDetector FraudDetectionPipeline SystemAnomalyPipeline "
    "QualityControlPipeline IntrusionDetectionPipeline AnomalyEvaluator",
    "time-series-forecaster": "TimeSeriesForecaster ProphetForecaster LSTMForecaster VARForecaster "
    "TimeSeriesAnalyzer SalesForecastPipeline DemandForecastPipeline FinancialForecastPipeline "
    "SensorForecastPipeline TimeSeriesEvaluator",
}

SKILL_OF = {name: skill for skill, names in BY_SKILL.items() for name in names.split()}


def message(name: str) -> str | None:
    """Return the message about a name of another skill; None for any other name."""
    skill = SKILL_OF.get(name)
    if skill is None:
        return None
    return (
        f"{name} is documented by SpecWeave's skill {skill!r} and is not part of this package: "
        f"specweave-ml tracks experiments"
    )
