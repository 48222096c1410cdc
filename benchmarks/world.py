"""A world of invented pupils, against Faker's names and numbers alone."""

import os
import time

from faker import Faker

from anonymize.synthetic.world import World, pupils
from benchmarks.measure import Peak, Row

PUPILS, FAKED = 500_000, 2_000


def rows() -> list[Row]:
    """Measure whole pupils (40 columns and a remark) a second, and what Faker gives for one name,
    one ID number, one address and one phone.
    """  # noqa: D205  one comparison
    fake = Faker("zh_CN")
    start = time.process_time()
    for _ in range(FAKED):
        fake.name(), fake.ssn(), fake.address(), fake.phone_number()
    yardstick = FAKED / (time.process_time() - start)
    with Peak(os.getpid()).watching() as peak:
        start = time.process_time()
        made = pupils(World(PUPILS)).height
        rate = made / (time.process_time() - start)
    return [
        Row(
            f"{PUPILS:,} invented pupils, 36 columns", f"{rate:,.0f} pupils a CPU second",
            f"{yardstick:,.0f} of four fields by Faker", f"{rate / yardstick:.0f} x",
            peak.megabytes,
        )
    ]  # fmt: skip
