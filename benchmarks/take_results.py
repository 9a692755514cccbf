"""60,000 results of a month's payments in one file of the bank, some returned: read, judged, stored, vouchers made. Seconds."""

import argparse
import datetime as dt
import time

from bench import TODAY, database, line, settle_disk
from pay_run import FIRST, make_pensioners, pay

#: Limit of the file: what is paid of two million people comes back within a quarter of an hour.
SECONDS_MAX = 30.0
#: One result in so many says that the money came back.
RETURNED = 100


def measure(results: int) -> None:
    """Pay a month, then take in what the bank says of it."""
    from yigui.common.money import plain_fen
    from yigui.identity.at_terminal import sign_in_named
    from yigui.payment.bank_files import payment_no
    from yigui.payment.bank_results import import_results
    from yigui.payment.models import Payment

    # One pensioner in thirty has let the certification lapse and is not paid.
    make_pensioners(results * 11 // 10)
    batch, _ = pay(FIRST)
    rows = list(Payment.objects.filter(batch_id=batch.pk).order_by("seq").values_list("benefit_id", "amount_fen")[:results])  # type: ignore[attr-defined]
    assert len(rows) == results, len(rows)
    lines = ["支付编号|处理结果|原因|金额|记账日期"]
    for k, (benefit, fen) in enumerate(rows):
        result = "失败|账户已销户" if k % RETURNED == 0 else "成功|"
        lines.append(f"{payment_no(batch.pk, benefit)}|{result}|{plain_fen(fen)}|{TODAY}")  # type: ignore[attr-defined]
    content = "\r\n".join([*lines, ""]).encode("gb18030")
    cashier = sign_in_named("cashier")
    settle_disk()
    started = time.perf_counter()
    file = import_results(content=content, file_name="发放结果.txt", today=dt.date.fromisoformat(TODAY), user=cashier)
    seconds = time.perf_counter() - started
    back = (results + RETURNED - 1) // RETURNED
    assert (file.row_count, file.paid_count, file.returned_count) == (results, results - back, back), (
        file.row_count,
        file.rejected[:3],
    )
    line(
        f"{results:,} payment results taken in, {back:,} of them returned",
        f"{seconds:.1f} s",
        f"{SECONDS_MAX:g} s",
        seconds < SECONDS_MAX,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=60_000)
    chosen = parser.parse_args()
    with database():
        measure(chosen.results)
