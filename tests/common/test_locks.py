"""Advisory locks have one register."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from yigui.common.locks import Lock

SOURCES = Path(__file__).resolve().parents[2] / "src" / "yigui"
#: Any function of the server that takes or gives back an advisory lock, with its first key as it is written.
CALL = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?(?:un)?lock(?:_shared|_all)?\(\s*([^,()]*)")


def keys_in_python(source: str) -> Iterator[str]:
    """The first key of each call in the strings of a module: as it is written, or the parameter that fills its place."""
    tree = ast.parse(source)
    filled = {
        id(call.args[0]): call.args[1].elts
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and len(call.args) > 1 and isinstance(call.args[1], ast.List | ast.Tuple)
    }
    # Asked along with who is present: the text after the person, the parameters after the text.
    filled |= {
        id(part): call.args[2:]
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "act_and_ask"
        for part in ast.walk(call.args[1])
    }
    for text in ast.walk(tree):
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            for call in CALL.finditer(text.value):
                key = call[1].strip()
                parameters = filled.get(id(text), [])
                place = text.value[: call.start(1)].count("%s")
                is_filled = key == "%s" and place < len(parameters)
                yield ast.unparse(parameters[place]) if is_filled else key


def keys_of(path: Path) -> set[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return set(keys_in_python(source))
    return {key.strip() for key in CALL.findall(source)}


def test_every_lock_is_taken_by_its_name_in_the_register_or_where_python_does_not_reach_by_its_number() -> None:
    taken = {
        path.relative_to(SOURCES).as_posix(): keys
        for path in [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.sql")]
        if (keys := keys_of(path))
    }
    assert taken == {
        "casework/accept_case.py": {"Lock.SEAL", "Lock.SUBJECT"}, "casework/event_chain.py": {"Lock.SEAL"},
        "exchange/outbox.py": {"Lock.OUTBOX"}, "payment/bank_results.py": {"Lock.RESULTS"}, "payment/returned_lines.py": {"Lock.RESULTS"},
        "exchange/answered_once.py": {"Lock.MESSAGE"},
        "exchange/import_records.py": {"Lock.RECORDS"},
        "exchange/sql/functions.sql": {str(Lock.PERSON.value)},
        "receipts/files.py": {"Lock.RECEIPTS"},
        "runs/sql/functions.sql": {str(Lock.BATCHES.value)},
        # `key` is the hash of kind, area and month, which the register names beside the numbers.
        "runs/run_job.py": {"Lock.RUN", "key"},
        "registry/models.py": {str(Lock.PERSON.value)}, "registry/migrations/0001_initial.py": {str(Lock.PERSON.value)},
        "ledger/sql/functions.sql": {str(Lock.BOOK.value)}, "staff/sql/functions.sql": {str(Lock.SECTIONS.value)},
        "casework/sql/day_end.sql": {str(Lock.DAY.value)}, "casework/day_end.py": {"Lock.DAY"},
        "parameters/sql/functions.sql": {str(Lock.PARAMETERS.value)}, "visits/sql/functions.sql": {str(Lock.HALL.value)},
        "integrity/sql/functions.sql": {str(Lock.RECORD.value)}, "integrity/sql/seals.sql": {str(Lock.SEAL.value)},
        # By whom something is tried against: a digest of its own.
        "identity/sql/outside.sql": {"hashtextextended"},
    }  # fmt: skip


def test_no_lock_of_the_register_is_taken_by_nobody() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py") if path.name != "locks.py")
    by_number = {Lock.PERSON, Lock.BOOK, Lock.SECTIONS, Lock.RECORD, Lock.PARAMETERS, Lock.BATCHES, Lock.HALL}
    assert {lock for lock in Lock if f"Lock.{lock.name}," not in text and f"Lock.{lock.name}]" not in text} == by_number


def test_a_key_is_found_however_it_is_written() -> None:
    source = (
        'cursor.execute("SELECT %s, pg_advisory_lock(%s, 1)", [1, Lock.RUN])\n'
        'TEXT = "SELECT pg_try_advisory_xact_lock_shared( 7999 )"\n'
        'cursor.execute(f"SELECT pg_advisory_xact_lock({number})")\n'
        'cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [kind])\n'
    )
    assert set(keys_in_python(source)) == {"Lock.RUN", "7999", "", "hashtext"}


def test_no_two_locks_share_a_number() -> None:
    assert len({lock.value for lock in Lock}) == len(Lock.__members__)
