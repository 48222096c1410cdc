"""What may leave, to whom, why and in what form: data, and one pure decision function."""

from policies.model import Policy
from policies.reading import load, parse

__all__ = ["Policy", "load", "parse"]
