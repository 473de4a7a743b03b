"""The rules of `models check` with their sentences, and what was found, apart from the language it is told in."""
