"""The visit that an account is scheduling, kept while it is not finished."""
