"""`python -m server` is the same as the command `xueyin`."""

from server.cli import main

main()
