"""Run the offline verifier: `python -m ledger verify PATH --key VKEY`."""

import sys

from ledger.verify.command import main

if __name__ == "__main__":
    sys.exit(main())
