"""Artifacts: named, versioned sets of files in ``.specweave/artifacts``, each content kept once."""
