"""Cells that no spreadsheet evaluates; every text survives a round trip."""

import re

from hypothesis import given
from hypothesis import strategies as st

from service.domain.table_cells import as_cell, from_cell

TEXTS = st.text(st.sampled_from("=+-@\t\r\n'; ax\uff1d\uff20"))


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert from_cell(as_cell(text)) == text


@given(TEXTS)
def test_no_cell_begins_a_formula_wherever_a_spreadsheet_has_it_begin(text: str) -> None:
    assert not [part for part in re.split("[;\t\r\n]", as_cell(text)) if part[:1] in set("=+-@\uff1d\uff20")]


def test_other_text_is_left_as_it_is() -> None:
    assert as_cell("Ada O'Neil-Smith; 'quoted' = yes") == "Ada O'Neil-Smith; 'quoted' = yes"
