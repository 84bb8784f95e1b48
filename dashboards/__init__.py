"""One file a page; kit/ holds what all pages share."""
