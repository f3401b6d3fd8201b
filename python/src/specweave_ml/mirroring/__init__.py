"""Trackers of the user's own, told what is logged here."""
