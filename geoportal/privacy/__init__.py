"""Safe counts for people who may see no row: the cube of areas, and unions of atoms for shapes that are drawn.

What holds, and where it is made so (tests/test_privacy, test_attack_cube, test_release and test_atoms attack it):

- No count of 1 to 4, no denominator under 10, no complement of 1 to 4 is shown, nor can it be computed from all that is shown,
  by people who know all rows of up to two areas besides (`suppression`): two field officers, or an agency's two officers, find
  no third village's number. Districts know their villages' rows; that a hidden figure is theirs to know is no leak.
- Nor from several indicators of the same rows: one inside another, a whole given in parts, a complement, rows that lack an
  answer (`kinship`, read from the data). What other indicators add through inclusion and exclusion is found if it is an
  equation; that two sums over the same people (people, children) bound each other is not looked at.
- Nor from two versions of the cube: an area is counted anew only when ten of its rows were touched, so one person's write
  moves no figure, and what was hidden before stays hidden (`release`). The price: a figure is up to nine rows behind. Somebody
  who knows of nine of the ten may find the tenth, as with any group; and the net change of ten may itself be one case.
  Not held back are layers about nobody: their figures move within a minute.
- Indicators about persons are kept by month once a layer observes (`monthly`): a month is a cube of its own, and a
  person's months are not linked by it.
- Of a union of atoms each number is off by at most 2: 1 by noise that follows from the records counted (the same set, the same
  answer) and 1 by two atoms, moved in secret for a year, of each set. Whatever unions are asked, by whomever together, every
  count of 1 to 4 stays one of several (the proof: any two atoms could be the moved ones). What does not hold: somebody who asks
  thousands of unions wears the noise off, and then most atoms are *probably* as found; so requests are limited in number. No
  noise of at most 2 can do better for every union (Dinur and Nissim, PODS 2003).
- Areas and atoms are not the same ground and not the same people (rows without a point are in no atom); a union that happens
  to be a whole area has another number than the cube's.
- Stored are safe numbers only. What is not (`Taken`, `AtomCount`, the secret) the database gives to the role that counts and to
  one function, which adds the noise; the web role cannot read it.
"""

from .suppression import MIN_N, RELIABLE, SMALL, Cell, hidden_areas, hidden_in, marked, safe, safe_tables
from .unions import NOISE, Union, drawn, estimate, union

__all__ = [
    "MIN_N",
    "NOISE",
    "RELIABLE",
    "SMALL",
    "Cell",
    "Union",
    "drawn",
    "estimate",
    "hidden_areas",
    "hidden_in",
    "marked",
    "safe",
    "safe_tables",
    "union",
]
