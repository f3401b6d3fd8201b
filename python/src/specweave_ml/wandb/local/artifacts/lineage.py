"""Links between versions, and the runs that made and used one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .facts import ArtifactFacts
from .names import checked_alias, parsed

if TYPE_CHECKING:
    from .artifact import Artifact
    from .records import Collection, Version


class Lineage(ArtifactFacts):
    """The calls about links and lineage."""

    def _of_store(self, collection: Collection, record: Version) -> Artifact:
        """Return another version of the same store."""
        from .artifact import Artifact

        return Artifact._logged(self._store, collection, record)

    @property
    def is_link(self) -> bool:
        """Whether it is a link to a version of another collection."""
        return self._version("is_link").source is not None

    @property
    def source_artifact(self) -> Artifact:
        """The version that this one is a link to; itself if it is none."""
        source = self._version("source_artifact").source
        if source is None:
            return self  # type: ignore[return-value]  # an Artifact is one
        wanted = parsed(f"{source['name']}:v{source['version']}")
        return self._of_store(*self._store.find(wanted, source["project"]))

    @property
    def source_name(self) -> str:
        """The name of the version that this one is a link to."""
        return self.source_artifact.name

    @property
    def source_project(self) -> str:
        """The project of the version that this one is a link to."""
        return self.source_artifact.project

    @property
    def source_entity(self) -> str:
        """The entity of the version that this one is a link to."""
        return self.source_artifact.entity

    @property
    def source_version(self) -> str:
        """The version that this one is a link to."""
        return self.source_artifact.version

    @property
    def source_qualified_name(self) -> str:
        """The whole name of the version that this one is a link to."""
        return self.source_artifact.qualified_name

    @property
    def linked_artifacts(self) -> list[Artifact]:
        """The links to this version."""
        mine: dict[str, Any] = {"project": self.project, "name": self._name}
        mine["version"] = self._version("linked_artifacts").version
        return [
            self._of_store(collection, record)
            for collection in self._store.collections()
            for record in self._store.versions(collection.project, collection.name)
            if record.source == mine
        ]

    def link(self, target_path: str, aliases: Iterable[str] | None = None) -> Artifact:
        """Make this version one of another collection too: ``[entity/]project/name``."""
        source = self.source_artifact
        target = parsed(target_path)
        record = source._version("link")
        details = {
            "description": source._description,
            "metadata": source._metadata,
            "source": {
                "project": source.project, "name": source._name, "version": record.version
            },
            "logged_by": record.logged_by,
        }  # fmt: skip
        given = [checked_alias(alias) for alias in aliases or () if alias != "latest"]
        entries = source._manifest.entries.values()
        found = self._store.log(
            target.project or source.project, target.name, source._type, entries,
            source.digest, given, details,
        )  # fmt: skip
        return self._of_store(*found)

    def unlink(self) -> None:
        """Remove this link; the version that it means stays."""
        if not self.is_link:
            raise ValueError(f"{self.name} is not a link; delete() removes a version")
        self.delete(delete_aliases=True)

    def delete(self, delete_aliases: bool = False) -> None:
        """Remove the version, and the contents that no other one has.

        Raises:
            ValueError: It has aliases, and ``delete_aliases`` is False.
        """
        self._version("delete")
        named = [alias for alias in self.aliases if alias != "latest"]
        if named and not delete_aliases:
            raise ValueError(
                f"{self.name} has the aliases {', '.join(named)}; delete(delete_aliases=True) "
                f"removes it with them"
            )
        number = self._version("delete").version
        self._store.delete(self.project, self._name, number)

    def logged_by(self) -> Any:
        """Return the run that logged it, as `Api.run` does; None if it is unknown."""
        return self._run_of(self._version("logged_by").logged_by)

    def used_by(self) -> list[Any]:
        """Return the runs that use it."""
        self._version("used_by")
        self._refresh()
        found = map(self._run_of, self._version("used_by").used_by)
        return [run for run in found if run is not None]

    def _run_of(self, facts: Mapping[str, Any] | None) -> Any:
        from ..api.lookup import run_of_facts

        return None if facts is None else run_of_facts(facts)
