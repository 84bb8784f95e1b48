"""The product's scoreboard: each file measures one thing beside its plain alternative, in the same run."""
