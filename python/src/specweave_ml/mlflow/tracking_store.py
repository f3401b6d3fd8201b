"""The tracking store: MLflow's calls, answered by the increments of a project."""

from __future__ import annotations

from .experiments import ExperimentCalls
from .histories import HistoryCalls
from .increment_catalog import IncrementCatalog
from .local_artifacts import offer_artifacts
from .logging_calls import LoggingCalls
from .run_handles import RunHandles
from .searching import RunListings
from .store_uri import StorePlace
from .unsupported import fill


@fill
class SpecweaveStore(ExperimentCalls, LoggingCalls, HistoryCalls):
    """MLflow's tracking store on the increment folder."""

    def __init__(self, place: StorePlace, artifact_uri: str | None = None) -> None:
        super().__init__()
        self.place = place
        self.artifact_uri = artifact_uri
        self.catalog = IncrementCatalog(place)
        self.handles = RunHandles(place.project)
        self.listings = RunListings(self.handles)
        self._holders = {}
        offer_artifacts()
