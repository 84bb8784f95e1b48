"""One file a feed; standards/ holds the decoders, engine/ what all feeds share."""
