"""Synthetic counties: invented pupils in files as a school would upload them, with an answer key.

Shares no rule with the registry: titles, codes and check digits are written down anew, so that a
mistake there does not excuse the same mistake here. Only the command line and tests import it.
"""
