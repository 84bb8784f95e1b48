"""How answers come: pages over HTTP, files, tables of a database, a broker's messages, notifications posted to us."""
