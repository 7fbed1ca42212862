"""Merged cells: what stands in the first holds for all of them."""

from .found import Found


def fill(rows: list[list], spans: list[tuple[int, int, int, int]], found: Found) -> dict[int, int]:
    """Writes the value of each span (first row, first column, last row, last column, from 0) into its cells below the first.

    A span over columns names a group: it is written into all columns too where a line of names follows. The answer says, by
    the line (from 1) at which names may begin, over how many lines they stand; `found` has how many cells were filled.
    """
    depth: dict[int, int] = {}
    count = 0
    for top, left, bottom, right in spans:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for at in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[at]))):
                # A title over the whole table stays one cell: repeated, it would look like names.
                if (at, column) != (top, left) and (at > top or names_follow(rows, spans, top, left, right)):
                    rows[at][column] = value
                    count += 1
        if bottom > top:
            depth[top + 1] = max(depth.get(top + 1, 1), bottom - top + 1)
        elif right > left and names_follow(rows, spans, top, left, right):
            depth[top + 1] = max(depth.get(top + 1, 1), 2)
    if count:
        found.note("merged", cells=count)
    return depth


def names_follow(rows: list[list], spans, top: int, left: int, right: int) -> bool:
    """Whether below this group of columns stand names: other cells of its line reach down to that line, or it has no other."""
    if top + 1 >= len(rows) or (left == 0 and right >= len(rows[top]) - 1):
        return False
    below = rows[top + 1]
    texts = [below[at] for at in range(left, min(right + 1, len(below)))]
    beside = [at for at, cell in enumerate(rows[top]) if cell not in {"", None} and not left <= at <= right]
    down = all(
        any(t == top and left_ <= at <= r and (b > top or r > left_) for t, left_, b, r in spans)
        or not filled(below, at)
        for at in beside
    )
    return down and all(isinstance(text, str) and text.strip() for text in texts)


def filled(row: list, at: int) -> bool:
    return at < len(row) and row[at] not in {"", None}
