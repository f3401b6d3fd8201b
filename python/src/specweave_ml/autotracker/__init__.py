"""`AutoTracker`: a decorator that records what a function was given and what it returned."""
