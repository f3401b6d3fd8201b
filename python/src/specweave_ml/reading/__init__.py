"""What is known of experiments, read back."""
