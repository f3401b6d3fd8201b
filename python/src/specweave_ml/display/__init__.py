"""What people see: HTML in notebooks, progress bars, text."""
