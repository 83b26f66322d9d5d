"""The staff register: no two names that a reader takes for one."""

import pytest

from evenhand.app import App
from evenhand.app.staff import add_staff, list_staff
from evenhand.errors import BadInput


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Eve",
        "\u0430na",
        "\uff45ve",
        "ev\u00e9",
        "-eve",
        ".eve",
        "_eve",
        "eve.",
        "e ve",
        "eve\n",
        "\u0661eve",
        "e" * 65,
    ],
)
def test_a_name_that_could_be_taken_for_another_is_refused(app: App, name: str) -> None:
    before = list_staff(app)

    with pytest.raises(BadInput, match="is no name for the register") as refused:
        add_staff(app, name)

    assert refused.value.message.isascii()
    assert "small letters a to z" in refused.value.mend
    assert list_staff(app) == before


@pytest.mark.parametrize("name", ["eve", "7", "eve.m-b_2", "e" * 64, "eve-"])
def test_a_plain_name_is_taken(app: App, name: str) -> None:
    assert add_staff(app, name).name == name
