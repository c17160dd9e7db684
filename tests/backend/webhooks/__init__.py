"""What processors tell by themselves."""
