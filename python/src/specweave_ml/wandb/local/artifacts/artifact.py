"""An artifact: made, filled and logged, or taken from the store and used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .downloads import Downloads
from .entries import ArtifactManifestEntry
from .filling import Filling
from .lineage import Lineage
from .names import USUAL_PROJECT, checked_alias
from .records import Collection, Version
from .state import SECONDS_PER_DAY
from .store import ArtifactStore


class Artifact(Filling, Lineage, Downloads):
    """Files under a name, with a type; every change of the files is a new version.

        artifact = Artifact("digits", type="dataset")
        artifact.add_file("digits.csv")
        run.log_artifact(artifact, aliases=["clean"])

    Contents are kept once, by their SHA-256, in ``.specweave/artifacts`` of the project.
    """

    TMP_DIR = None

    @classmethod
    def _logged(
        cls, store: ArtifactStore, collection: Collection, record: Version, asked: str | None = None
    ) -> Artifact:
        """Return a version of the store."""
        artifact = cls.__new__(cls)
        cls.__init__(artifact, collection.name, collection.type)
        artifact._store = store
        artifact._take(collection, record)
        artifact._asked = asked
        return artifact

    def _log(
        self, project: str | None, aliases: Iterable[str], tags: Iterable[str], details: Any
    ) -> Artifact:
        """Make it a version of a project."""
        if self._record is not None:
            self._give_aliases(aliases)
            return self
        given = [checked_alias(alias) for alias in aliases if alias != "latest"]
        ttl = None if self._ttl is None else self._ttl.total_seconds() / SECONDS_PER_DAY
        collection, record = self._store.log(
            project or USUAL_PROJECT,
            self._name,
            self._type,
            self._manifest.entries.values(),
            self.digest,
            given,
            {
                "description": self._description,
                "metadata": self._metadata,
                "tags": list(dict.fromkeys([*self._tags, *tags])),
                "ttl": ttl,
                **details,
            },
        )
        self._take(collection, record)
        return self

    def _give_aliases(self, aliases: Iterable[str]) -> None:
        given = [checked_alias(alias) for alias in aliases if alias != "latest"]
        if given:
            self.aliases = [*self.aliases, *given]

    def save(self, project: str | None = None, settings: Any = None) -> None:
        """Save what was changed; a draft is logged, by the run that is active if there is one."""
        if self._record is not None:
            self._store_changes()
            return
        from .logging import log_artifact_without_run

        log_artifact_without_run(self, project)

    def finalize(self) -> None:
        """Do nothing: an artifact is final when it is logged."""

    def wait(self, timeout: float | None = None) -> Artifact:
        """Return the artifact, which is logged at once."""
        self._version("wait")
        return self

    def is_draft(self) -> bool:
        """Return whether it is not logged yet."""
        return self._record is None

    def new_draft(self) -> Artifact:
        """Return an artifact of the same name with the same files, to be changed and logged."""
        self._version("new_draft")
        draft = Artifact(self._name, self._type, self._description, self._metadata)
        draft._store = self._store
        for path, entry in self._manifest.entries.items():
            members = {**entry.members()}
            copied = ArtifactManifestEntry.of(path, members)
            copied.artifact, copied.local_path = draft, entry.local_path
            draft._manifest.add_entry(copied)
        return draft

    def json_encode(self) -> dict[str, Any]:
        """Return what stands for it in JSON, as in a configuration."""
        record = self._version("json_encode")
        return {
            "_type": "artifactVersion",
            "_version": "v0",
            "id": record.id,
            "version": self.version,
            "sequenceName": self._name,
            "usedAs": self.use_as,
        }

    def __repr__(self) -> str:
        return f"<Artifact {self.qualified_name if self._record is not None else self._name}>"
