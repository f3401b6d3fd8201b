"""The stand-in for Weights & Biases: its names, without the package and without a server."""
