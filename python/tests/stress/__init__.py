"""Nothing that was acknowledged is lost, whenever and however a program dies.

Three programs that do the same in Python, C and Swift are killed, at random moments and at every
system call that changes a file. What they had said was done is compared with what the readers of
all three languages and TensorBoard find; then the next program continues where that one was.

``python -m stress`` runs thousands of kills, ``test_stress.py`` some.
"""
