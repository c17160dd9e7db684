"""Visit Desk as a person sees it: the terminal application."""
