"""How long the product takes on large exports, held against DuckDB alone and against pandas."""
