from symbolic.abc import parse
from symbolic.analysis.families import Groups, are_kin, families, split_of


def test_variants_are_one_family() -> None:
    tune = "GABc dBGB|cege dBGd|edcB ABcA|BdgB dGBd|efge agfe|dBGB d4|"
    other = "CDEF ^FAce|fdgB ^Gcae|bgFA ^cEgB|eaDf BGda|cAFD ^GBeg|"
    scores = [
        parse(f"X:1\nL:1/8\nK:G\n{tune}"),
        parse(f"X:1\nL:1/8\nK:C\n{other}"),
        parse(f"X:1\nL:1/4\nK:G\n{tune}").transpose(5),
        parse(f"X:1\nL:1/8\nK:G\nG2g2|{tune}"),
    ]
    assert families(scores) == [0, 1, 0, 0]


def test_split_follows_from_the_id() -> None:
    assert [split_of(f"tune#{number}") for number in range(8)] == [
        split_of(f"tune#{number}") for number in range(8)
    ]


def test_groups_are_named_by_their_smallest_member() -> None:
    groups = Groups(6)
    groups.join(5, 3)
    groups.join(4, 5)
    groups.join(1, 2)
    assert [groups.find(member) for member in range(6)] == [0, 1, 1, 3, 3, 3]


def test_short_tunes_are_kin_by_nothing() -> None:
    assert are_kin(7, 20, 90)
    assert not are_kin(6, 20, 90)
    assert not are_kin(3, 3, 3)
