"""Runs of the real Weights & Biases, recorded in an increment while they go on.

Nothing of wandb is changed but that its calls are seen: each does what it did, with the same
arguments, result and exception, whatever happens here. What a run logs is recorded before wandb
gets it, so that a wandb which hangs, fails or is killed loses nothing of it here; media, whose
files wandb makes, are recorded after. At the end the run's own file is read for what came by other
ways.
"""
