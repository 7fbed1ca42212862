"""Lines of the attribute table that are in view."""

from tests.browser.conftest import until


def arrived(page, index=0):
    """Waits until the row of that index is in the DOM with its values."""
    until(page, f"document.querySelector('.line[data-index=\"{index}\"]:not(.line-wait)')")


def column(page, name):
    """The texts of a column in the rows that are in view, top to bottom."""
    return page.evaluate(
        """(name) => {
          const at = [...document.querySelectorAll(".line-head .cell")].findIndex((cell) => cell.dataset.sort === name);
          const rows = [...document.querySelectorAll(".grid-body .line:not([hidden])")];
          return rows.map((row) => row.children[at].textContent);
        }""",
        name,
    )
