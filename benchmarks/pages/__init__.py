"""How the app serves people: the cost of a page, and many sessions at once."""
