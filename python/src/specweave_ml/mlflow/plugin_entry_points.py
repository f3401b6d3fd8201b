"""What MLflow loads for the scheme `specweave`: tracking, the model registry, artifacts.

MLflow loads the entry points of every installed package at its first use of any store, and of
artifact repositories at every import: this module imports nothing until its scheme is used. MLflow
takes no other failure than an `ImportError` for a plug-in that is not usable; any other would break
it for every store of the environment.
"""

from __future__ import annotations

from typing import Any


def tracking_store(store_uri: str, artifact_uri: str | None = None, **_: Any) -> Any:
    """Return the tracking store of the project that a URI names.

    Raises:
        ImportError: The library of specweave-ml cannot be loaded.
    """
    from .store_uri import StorePlace
    from .tracking_store import SpecweaveStore

    return SpecweaveStore(StorePlace.of(store_uri), artifact_uri)


def model_registry_store(store_uri: str, tracking_uri: str | None = None) -> Any:
    """Return the model registry of the project that a URI names."""
    from .registry_store import SpecweaveModelRegistryStore
    from .store_uri import StorePlace

    return SpecweaveModelRegistryStore(store_uri, tracking_uri, StorePlace.of(store_uri))


def artifact_repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> Any:
    """Return the artifacts of an experiment, or of a logged model in it.

    For a URI of a project these are the artifacts of all its experiments, as MLflow's server has
    them.
    """
    from .artifact_place import is_in_experiment

    if is_in_experiment(artifact_uri):
        from .artifact_repository import SpecweaveArtifactRepository

        return SpecweaveArtifactRepository(artifact_uri, tracking_uri, registry_uri)
    from .server_artifacts import ServerArtifactRepository
    from .store_uri import StorePlace
    from .tracking_store import SpecweaveStore

    store = SpecweaveStore(StorePlace.of(artifact_uri))
    return ServerArtifactRepository(artifact_uri, store.artifacts_of_run, store.artifacts_of_model)
