"""The ioc program: one file a command. Only app.py imports this room."""
