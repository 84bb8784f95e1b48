"""How the schema came to be, a revision a step. A revision never changes once it is released."""
