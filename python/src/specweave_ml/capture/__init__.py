"""What reproduces an experiment: git, the command, the environment, packages, code."""
