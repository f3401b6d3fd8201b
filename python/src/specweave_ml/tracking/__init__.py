"""The experiment: started, written, found again, and ended when the program ends."""
