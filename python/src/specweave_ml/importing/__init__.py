"""Experiments of other trackers, brought into an increment: `import_experiments`.

How to write an importer
------------------------
A tool has one module in `readers`, of a name that says which files it reads, and a line in the
table `kinds.KINDS`. The module has three functions, none of which imports the tool unless its files
cannot be read without it (then `_native.optional_packages.need` inside the function):

``detect(path) -> bool``
    Whether a file or folder is a source of this kind. It is asked of every folder and file of a
    project, so it looks at names first and opens little. It never raises.
``survey(path) -> Survey``
    How many runs and, only if that is cheap, how many points it has. It may raise; the listing then
    says what was wrong.
``read(path, faults) -> Iterator[ForeignRun]``
    The runs, one at a time, a parent before those inside it. Only the run that is yielded is kept
    in memory. What is yielded is what is stored: ids, names and times are the original ones.

Rules for ``read``:

- Never write to the source, never lock it, never follow it over the network unless it is a URL.
- A run is whole in one ``ForeignRun``: gather its points by metric in a `Series`, in the order in
  which they were written. ``steps`` are 64-bit integers; a step that is none goes to
  ``run.left_out``. Times are seconds since 1970; a tool that has none leaves ``times`` None.
- ``run.id`` is the tool's own. 32 hexadecimal digits become the id of the experiment. Any other is
  kept as a fact, and the experiment gets digits computed from the tool, ``run.scope`` and the id;
  ``scope`` is what the id is unique in (a project's name), by default the source's path.
- Whatever the model has a place for goes there: params with their types, tags, notes, description,
  files, facts by section (``run.facts["sacred"] = {...}``). Text, lists and histograms with a step
  are a `ForeignValue`. The rest is one sentence in ``run.left_out``.
- Damage: what is readable before it is yielded, and ``faults.add(path, "byte 4711", "...")`` says
  where and what. ``run.problems`` is for what concerns one run only. A source that cannot be read
  at all, or is not what it says, raises `FormatError` made by `faults.wrong(...)`.

Ids, names that cannot be names, twice the same, growth, whole or not at all, progress, reading back
and comparing: all of that is the framework's, in `writing`, `staging` and `equality`.

A test writes the source with the tool itself and asserts the values; `python/tests/importing`.
"""
