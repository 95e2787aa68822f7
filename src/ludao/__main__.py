"""`python -m ludao` is the `ludao` command."""

from ludao.cli import main

main()
