"""One column, one record: FF1 against `ff3` and `fastfpe`, pseudonyms against bare HMACs, p99.

The peers run in the environment of `tests/oracles.py`. Rates are of CPU time, for
they are measured in turn on a machine that may be busy.
"""

import hmac
import json
import resource
import time
from collections.abc import Callable
from statistics import quantiles

import numpy as np
import polars as pl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

import anonymize
from anonymize.fields.columns import transformed
from anonymize.fields.ff1_columns import FF1Columns
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Treatment
from benchmarks.measure import Row, in_turn
from tests import oracles

PHONES, RECORDS, BARE = 1_000_000, 20_000, 200_000
KEY = bytes(range(32))

_PROGRAM = """
import json, sys, time
import ff3, fastfpe.ff1
key, count = sys.argv[1], int(sys.argv[2])
phones = [f"138{n:08}" for n in range(count)]
cipher = ff3.FF3Cipher(key, "D8E7920AFA330A73")
def fastfpe_one(phone):
    return fastfpe.ff1.encrypt(key, "", "0123456789", phone)
rates = {}
for name, call, many in (("ff3", cipher.encrypt, count // 20), ("fastfpe", fastfpe_one, count)):
    start = time.process_time()
    for phone in phones[:many]:
        call(phone)
    rates[name] = many / (time.process_time() - start)
print(json.dumps(rates))
"""


def rows() -> list[Row]:
    """Measure the ciphers, the pseudonyms and the single record."""
    phones = pl.Series("phone", [f"1{n}" for n in _drawn()])
    return [*_ciphers(phones), _pseudonyms(phones), _record()]


def _ciphers(phones: pl.Series) -> list[Row]:
    treatment = Treatment.parse("format_preserving:phone")
    numbers = phones.cast(pl.UInt64).to_numpy()
    cipher = FF1Columns(KEY, 11)
    peers: dict[str, list[float]] = {"ff3": [], "fastfpe": []}

    def both() -> float:
        for name, rate in _peers().items():
            peers[name].append(rate)
        return 0.0

    text, bare, _ = in_turn(
        lambda: _rate(PHONES, lambda: transformed(phones, treatment, KEY)),
        lambda: _rate(PHONES, lambda: cipher.encrypt(numbers)),
        both,
        rounds=3,
    )
    found = []
    for name, rates in peers.items():
        rate = sorted(rates)[1]
        for what, ours in (("text to text", text), ("11-digit numbers", bare)):
            found.append(
                Row(
                    f"FF1, column of {PHONES:,} phones, {what}",
                    f"{ours:,.0f} per CPU-second",
                    f"{name}, one a call: {rate:,.0f}",
                    f"x {ours / rate:,.0f}",
                    _megabytes(),
                )
            )
    return found


def _pseudonyms(phones: pl.Series) -> Row:
    treatment = Treatment.parse("pseudonym")
    some = [str(phone).encode() for phone in phones[:BARE]]

    def bare() -> None:
        base = HMAC(KEY, hashes.SHA256())
        for phone in some:
            tag = base.copy()
            tag.update(phone)
            tag.finalize()

    ours, yardstick = in_turn(
        lambda: _rate(PHONES, lambda: transformed(phones, treatment, KEY)),
        lambda: _rate(BARE, bare),
        rounds=3,
    )
    return Row(
        f"pseudonyms, column of {PHONES:,} distinct phones, text to text",
        f"{ours:,.0f} per CPU-second",
        f"bare HMAC-SHA256 of cryptography: {yardstick:,.0f}",
        f"x {ours / yardstick:.2f}",
        _megabytes(),
    )


def _record() -> Row:
    plan, pupil = _plan(), _pupil()
    left = anonymize.record(pupil, plan, key=KEY)
    times = []
    for _ in range(RECORDS):
        start = time.thread_time()
        anonymize.record(pupil, plan, key=KEY)
        times.append(time.thread_time() - start)
    p99 = quantiles(times, n=100)[98] * 1000
    return Row(
        f"one record, plan of {len(plan.fields)} fields, {len(left)} leave",
        f"p99 {p99:.2f} ms of CPU time",
        "goal 5 ms",
        f"x {5 / p99:.0f}",
        _megabytes(),
    )


def _plan() -> Plan:
    fields = {
        "name": "mask:name", "guardian1_name": "mask:name", "guardian1_phone": "mask:phone",
        "phone": "format_preserving:phone", "document_number": "format_preserving:document_number",
        "student_number": "format_preserving:student_number", "local_number": "pseudonym",
        "email": "mask:email", "home_address": "mask:address", "sex": "keep",
        "current_address": "generalize:address:city", "domicile": "generalize:address:county",
        "birth_date": "generalize:birth_date:half_year", "grade": "generalize:grade:band",
        "ethnicity": "generalize:ethnicity:populous", "division": "generalize:division:city",
        "domicile_type": "generalize:domicile_type:kind", "checkup": "date:shift:30",
        "vaccination": "date:shift:30", "enrolment_month": "generalize:enrolment_month:year",
    }  # fmt: skip
    return Plan.parse({"version": 2, "fields": fields, "subject": "student_number"})


def _pupil() -> dict[str, str | None]:
    return {
        "name": "欧阳娜娜", "guardian1_name": "买买提·阿不都热依木",
        "guardian1_phone": "13912345678", "phone": "+86 138-1234-5678",
        "document_number": "11010519491231002X", "student_number": "G11010519491231002X",
        "local_number": "20240123456789", "email": "ouyang@qq.com",
        "home_address": "四川省成都市武侯区人民南路四段1号2栋3单元402", "sex": "2",
        "current_address": "北京市崇文区幸福大街1号", "domicile": "重庆市南川市东城街道1号",
        "birth_date": "20120504", "grade": "07", "ethnicity": "土家族", "division": "440106",
        "domicile_type": "2", "checkup": "20240301", "vaccination": "2023-09-15",
        "enrolment_month": "202409",
    }  # fmt: skip


def _drawn() -> list[int]:
    rng = np.random.default_rng(7)
    drawn = np.unique(rng.integers(3 * 10**9, 10**10, PHONES + 1000))
    return [int(number) for number in rng.permutation(drawn)[:PHONES]]


def _megabytes() -> float:
    """Return the most memory that this process ever had: a sampling thread would cost CPU time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rate(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def _peers() -> dict[str, float]:
    key = hmac.digest(KEY, b"bench", "sha256").hex()
    command = [str(oracles.interpreter()), "-c", _PROGRAM, key, "100000"]
    rates: dict[str, float] = json.loads(oracles.output(command))
    return rates


if __name__ == "__main__":
    for row in rows():
        print(row)
