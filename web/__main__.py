"""`python -m web` is the command `motcua`."""

from web.cli import main

main()
