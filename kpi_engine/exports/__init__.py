"""Reading exports as source systems give them: text, header, cells."""
