"""Attacks on the one promise (无授权凭据不写入), one after the other, with the logins the house really has.

The attacks are files beside this one. Each says with which login, given what, and before the statement that must be refused with which
code (`-- refused: 42501`). Every statement before it must go through, so that a slip of the pen is not taken for a guard. A word in braces
is a value of what is given (`givens.py`). `-- days: real` runs an attack as in an installation, where days do not move. Nothing of an attack
remains: each runs in one transaction that is rolled back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlparse
from django.db import DatabaseError, connections, transaction

from tests.attacks.givens import GIVENS, given
from tests.identity.test_days import let_days_move

HERE = Path(__file__).parent
LOGINS = {"app": "default", "outside": "outside", "courier": "courier"}


@dataclass(frozen=True)
class Attack:
    """One attack: its number and name, login, what is given, whether days move, and its statements with the code of the one that is refused."""

    name: str
    login: str
    givens: tuple[str, ...]
    is_moved: bool
    statements: tuple[tuple[str, str], ...]


def attacks() -> Iterator[Attack]:
    for file in sorted(HERE.glob("*.sql")):
        head, *texts = re.split(r"^-- attack: ", file.read_text(encoding="utf-8"), flags=re.M)
        assert all(line.startswith("--") for line in head.splitlines() if line), f"{file.name} begins with something else"
        for text in texts:
            yield _read(text)


def _read(text: str) -> Attack:
    name, _, body = text.partition("\n")
    marks = dict(re.findall(r"^-- (login|given|days): (.*)$", body, flags=re.M))
    body = re.sub(r"^-- (login|given|days): .*\n", "", body, flags=re.M)
    statements = []
    for statement in sqlparse.split(body):
        refused = re.search(r"^-- refused: (\w+)$", statement, flags=re.M)
        plain = re.sub(r"^--.*\n", "", statement, flags=re.M).strip().rstrip(";")
        if plain:
            statements.append((plain, refused.group(1) if refused else ""))
    assert [code for _, code in statements if code] == [statements[-1][1]], f"{name}: the last statement is the refused one"
    givens = tuple(part.strip() for part in marks.get("given", "").split(",") if part.strip())
    return Attack(name.strip(), marks["login"], givens, marks.get("days") != "real", tuple(statements))


ATTACKS = list(attacks())


def test_every_attack_has_a_name_of_its_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names)) > 20
    assert {name for attack in ATTACKS for name in attack.givens} <= set(GIVENS)


def test_every_file_and_every_attack_has_a_number_of_its_own() -> None:
    """`D12.3` is found in the one file that begins with `d12_`, and once."""
    files = [file.name.partition("_")[0] for file in HERE.glob("*.sql")]
    assert len(files) == len(set(files)), sorted(file for file in files if files.count(file) > 1)
    numbers = [attack.name.split()[0] for attack in ATTACKS]
    assert len(numbers) == len(set(numbers)), sorted(number for number in numbers if numbers.count(number) > 1)
    for file in HERE.glob("*.sql"):
        of_file = re.findall(r"^-- attack: D(\d+)\.\d+ ", file.read_text(encoding="utf-8"), flags=re.M)
        assert {f"d{int(number):02d}" for number in of_file} == {file.name.partition("_")[0]}, file.name


@pytest.fixture
def moved_again() -> Iterator[None]:
    """Whatever an attack says of days, the next test has those of a demonstration."""
    yield
    let_days_move(True)


@pytest.mark.usefixtures("moved_again")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_is_refused(attack: Attack) -> None:
    values = {name: value for part in attack.givens for name, value in given(part).items()}
    using = LOGINS[attack.login]
    let_days_move(attack.is_moved)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement, code in attack.statements:
            for name, value in values.items():
                statement = statement.replace(f"{{{name}}}", str(value))
            if not code:
                cursor.execute(statement)
                continue
            with pytest.raises(DatabaseError) as refused, transaction.atomic(using=using):
                cursor.execute(statement)
            assert refused.value.__cause__.sqlstate == code, str(refused.value)  # type: ignore[union-attr]
        transaction.set_rollback(True, using=using)
