"""What people see: results in notebooks, progress bars, text."""
