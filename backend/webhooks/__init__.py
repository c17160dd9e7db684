"""What processors tell by themselves: a hint that a payment is to be asked about."""
