"""The weekly PDF: a document made of one frozen picture of a city, typeset without a browser."""
