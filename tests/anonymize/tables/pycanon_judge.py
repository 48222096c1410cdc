"""Runs in the oracles' environment: what pycanon measures on each table it is asked about."""

import json
import sys

import pandas as pd  # type: ignore[import-untyped]  # of the oracles' environment
from pycanon import anonymity  # type: ignore[import-not-found]  # of the oracles' environment

answers = []
for question in json.load(sys.stdin):
    table = pd.DataFrame(question["columns"]).fillna("")
    quasi, secret = question["quasi"], question["sensitive"]
    if question["ordered"]:
        table[secret] = table[secret].astype(int)
    answers.append(
        {
            "k": int(anonymity.k_anonymity(table, quasi)),
            "distinct": int(anonymity.l_diversity(table, quasi, [secret])),
            "entropy": int(anonymity.entropy_l_diversity(table, quasi, [secret])),
            "t": float(anonymity.t_closeness(table, quasi, [secret])),
        }
    )
print(json.dumps(answers))  # noqa: T201  the answer
