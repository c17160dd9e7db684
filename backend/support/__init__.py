"""What a support agent may look up and do."""
