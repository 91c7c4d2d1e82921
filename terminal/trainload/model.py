"""A small mixed-integer programme, row by row, and HiGHS to solve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import highspy
import numpy as np

GAP: Final = 1e-4
"""A solution this near its bound (as a share) is good enough."""


@dataclass
class Programme:
    """Columns from 0 to 1, whole or not, and rows between bounds; the sense is always to maximise."""

    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)

    def column(self, *, whole: bool = True) -> int:
        """A further column."""
        self.whole.append(whole)
        return len(self.whole) - 1

    def row(self, terms: Mapping[int, float], *, at_least: float = -np.inf, at_most: float = np.inf) -> None:
        """A further row; nothing where it has no terms."""
        if terms:
            self.rows.append((at_least, at_most, dict(terms)))

    def solver(self) -> highspy.Highs:
        """HiGHS with this programme and nothing to be maximised yet."""
        lp = highspy.HighsLp()
        columns = len(self.whole)
        lp.num_col_, lp.num_row_ = columns, len(self.rows)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.zeros(columns)
        lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
        lp.row_lower_ = np.array([row[0] for row in self.rows], dtype=np.double)
        lp.row_upper_ = np.array([row[1] for row in self.rows], dtype=np.double)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in self.rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([key for row in self.rows for key in row[2]], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for row in self.rows for value in row[2].values()], dtype=np.double)
        solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("mip_rel_gap", GAP)
        solver.setOptionValue("random_seed", 1)
        solver.passModel(lp)
        return solver


@dataclass(frozen=True)
class Answer:
    """The best columns found, what they come to, and what no columns can exceed."""

    columns: np.ndarray
    value: float
    bound: float


def maximise(
    solver: highspy.Highs, costs: Mapping[int, float], seconds: float, start: Sequence[float] | None = None
) -> Answer | None:
    """The best columns found in that time; None: none was found. ``start``: columns that are known to be allowed."""
    columns = solver.getNumCol()
    told = np.zeros(columns)
    for key, value in costs.items():
        told[key] = value
    solver.changeColsCost(columns, np.arange(columns, dtype=np.int32), told)
    solver.setOptionValue("time_limit", solver.getRunTime() + max(0.0, seconds))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        solver.setSolution(solution)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    found = np.array(solver.getSolution().col_value)
    return Answer(found, float(told @ found), float(info.mip_dual_bound))
