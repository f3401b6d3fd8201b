"""What the test files of several folders use."""
