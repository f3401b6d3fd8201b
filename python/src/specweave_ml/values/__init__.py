"""What a Python value is as a number, as JSON, as a series, as data."""
