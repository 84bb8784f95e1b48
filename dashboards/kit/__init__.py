"""What all pages share: the contract, the shell, the live push, figures, theme, language."""
