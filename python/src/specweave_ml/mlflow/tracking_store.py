"""The tracking store: MLflow's calls, answered by the increments of a project."""

from __future__ import annotations

from .experiments import ExperimentCalls
from .garbage import GarbageCalls
from .histories import HistoryCalls
from .increment_catalog import DEFAULT_ID, IncrementCatalog
from .local_artifacts import offer_artifacts
from .logged_model_facts import local_location_of
from .logging_calls import LoggingCalls
from .run_entities import local_artifact_uri_of
from .run_handles import RunHandles
from .run_listings import RunListings
from .searching import KnownSearches
from .server_uris import take_artifacts
from .store_uri import StorePlace
from .tags import is_by_mlflow
from .unsupported import fill


@fill
class SpecweaveStore(ExperimentCalls, GarbageCalls, LoggingCalls, HistoryCalls):
    """MLflow's tracking store on the increment folder."""

    DEFAULT_EXPERIMENT_ID = DEFAULT_ID

    def __init__(self, place: StorePlace, artifact_uri: str | None = None) -> None:
        super().__init__()
        self.place = place
        self.artifact_uri = artifact_uri
        self.catalog = IncrementCatalog(place)
        self.handles = RunHandles(place.project)
        self.listings = RunListings(self.handles)
        self.searches = KnownSearches()
        self._holders = {}
        self._awaiting = set()
        offer_artifacts()
        take_artifacts(place.project)

    def artifacts_of_run(self, run_id: str) -> str:
        """Return the URI of a run's artifacts on this machine."""
        run = self.handles.of(run_id)
        return local_artifact_uri_of(run.path, is_by_mlflow(run.marks))

    def artifacts_of_model(self, model_id: str) -> str:
        """Return the URI of a logged model's files on this machine."""
        return local_location_of(model_id, self._holder(model_id).path)
