"""The wire, from the client's side: the client, its models, its errors and its token vaults."""
