"""One report of a release: measured, digested, and told in Chinese on screen and paper."""
