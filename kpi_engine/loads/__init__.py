"""What a load would change: its difference to the tables before, what is suspicious of it, keys unknown elsewhere."""
