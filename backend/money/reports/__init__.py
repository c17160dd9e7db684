"""What an operator is told of the books."""
