"""What can be asked of a server: a file per noun. Methods that change something take an intent; the others do not."""
