"""The peer of `assess_pensions.py`: the same contribution and basic pension by openfisca-core, as a country package would write it.

Run by the interpreter that has it (`requirements/benchmarks.lock`). Reads people from a file of three int64 columns (base in fen,
index in ten-thousandths, months), writes contribution and pension in fen; prints the seconds of the calculation.
"""

import sys
import time

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

MONTH = "2026-11"
CALCULATION_BASE = 8462

Person = build_entity(key="person", plural="persons", label="", is_person=True)


def _input(name: str, kind: type) -> type[Variable]:
    return type(name, (Variable,), {"value_type": kind, "entity": Person, "definition_period": DateUnit.MONTH, "label": name})


class contribution(Variable):
    """8 percent of the base, yuan."""

    value_type = float
    entity = Person
    definition_period = DateUnit.MONTH
    label = "contribution"

    def formula(person, period):
        """Rounded half up to the fen, as numpy can."""
        return numpy.floor(person("base", period) * 0.08 * 100 + 0.5) / 100


class basic_pension(Variable):
    """(base + base × index) / 2 × years × 1 percent, years to two decimals, yuan."""

    value_type = float
    entity = Person
    definition_period = DateUnit.MONTH
    label = "basic pension"

    def formula(person, period):
        """Rounded half up to the fen, as numpy can."""
        years = numpy.floor(person("months", period) / 12 * 100 + 0.5) / 100
        amount = (CALCULATION_BASE + CALCULATION_BASE * person("index", period)) / 2 * years * 0.01
        return numpy.floor(amount * 100 + 0.5) / 100


def main(source: str, target: str) -> None:
    """Calculate for all people of a file."""
    people = numpy.fromfile(source, dtype=numpy.int64).reshape(-1, 3)
    system = TaxBenefitSystem([Person])
    for variable in (_input("base", float), _input("index", float), _input("months", int), contribution, basic_pension):
        system.add_variable(variable)
    started = time.perf_counter()
    simulation = SimulationBuilder().build_default_simulation(system, count=len(people))
    simulation.set_input("base", MONTH, people[:, 0] / 100)
    simulation.set_input("index", MONTH, people[:, 1] / 10_000)
    simulation.set_input("months", MONTH, people[:, 2])
    results = [simulation.calculate(name, MONTH) for name in ("contribution", "basic_pension")]
    seconds = time.perf_counter() - started
    fen = [numpy.rint(r.astype(numpy.float64) * 100).astype(numpy.int64) for r in results]
    numpy.stack(fen, axis=1).tofile(target)
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
