"""How a run of Weights & Biases becomes an experiment, wherever its contents come from.

`RunRecorder` gets what the run says, in the order in which it says it: configuration, rows of the
history, definitions of metrics, the summary, files, the end. Three callers share it: the mirror of
the real package, the stand-in for it, and the importer of its files.
"""
