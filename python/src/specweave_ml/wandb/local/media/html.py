"""Pages of HTML."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from .run_files import RunFiles
from .value import Media, text_of

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

HEAD = '<base target="_blank">'
"""What ``inject`` adds: links open in a page of their own. No style sheet of a server is added."""


class Html(Media):
    """A page of HTML: the text, a file that ends in ``.html``, or something that can be read."""

    _log_type: ClassVar[str] = "html-file"
    folder: ClassVar[str] = "media/html"
    kind: ClassVar[str] = "text"

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        super().__init__()
        named = isinstance(data, os.PathLike) or (isinstance(data, str) and data.endswith(".html"))
        is_path = not data_is_not_path and named and os.path.isfile(data)
        if is_path:
            self.html = Path(data).read_text(encoding="utf-8")
        elif isinstance(data, str):
            self.html = data
        elif hasattr(data, "read"):
            self.html = text_of(data)
        else:
            raise ValueError(
                f"Html is made of text, of an .html file that there is, or of something to read, "
                f"not of {data!r}"
            )
        if inject:
            self.inject_head()
        if inject or not is_path:
            self._set_bytes(self.html.encode(), ".html")
        else:
            self._set_path(data)

    def inject_head(self) -> None:
        """Let links of the page open in a page of their own."""
        if "<head>" in self.html:
            before, after = self.html.split("<head>", 1)
            self.html = f"{before}<head>{HEAD}{after}".strip()
        elif "<html>" in self.html:
            before, after = self.html.split("<html>", 1)
            self.html = f"{before}<html><head>{HEAD}</head>{after}".strip()
        else:
            self.html = f"{HEAD}{self.html}".strip()

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Html:
        """Return the page that an artifact holds as this JSON."""
        return cls(Path(source_artifact.get_entry(json_obj["path"]).download()), inject=False)

    @classmethod
    def several_for_run(
        cls, items: Sequence[Html], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of pages."""
        parts = [item.for_run(files, key, step) for item in items]
        return {"_type": "html", "count": len(parts), "html": parts}
