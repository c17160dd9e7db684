"""Small widgets for the keyboard. Each has its own file and says in its docstring which keys it takes.

Stylesheets of widgets are their ``DEFAULT_CSS``; data they are given becomes inert inside them.
"""
