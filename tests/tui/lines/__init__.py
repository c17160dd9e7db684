"""The program in a real terminal that goes wrong: signals, lost lines, lines that are slow or stop."""
