"""Loading: files, folders, versions, and where a policy looks for what it extends."""

import datetime as dt
from pathlib import Path

import pytest

import fingerpost_policies
from fingerpost_dsl import Policy, PolicyFamily, load_file, load_folder, load_policies, load_text, syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.loading import bundles, parents
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import parse_either

SHIPPED = Path(fingerpost_policies.__file__).parent
SAMPLES = Path(__file__).parents[1] / "policies" / "samples"


def header(
    version: str = "2025.1", *, name: str = "a.b", start: str = "1 September 2025", more: str = ""
) -> str:
    return f'policy {name} "A" version {version} language 1 in force from {start} {more}\n'


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.policy"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.code for one in found]


def ids(families: tuple[PolicyFamily, ...]) -> list[str]:
    return [str(policy.header.id) for family in families for policy in family.versions]


def loaded(result: tuple[Policy | None, tuple[Diagnostic, ...]]) -> Policy:
    policy, found = result
    assert policy is not None, "\n".join(map(str, found))
    return policy


def test_a_folder_is_one_policy_in_the_order_of_its_paths(tmp_path: Path) -> None:
    write(tmp_path, b='role b "B"', a='role a "A"', c__d='role d "D"', z=header())
    policy = loaded(load_folder(tmp_path))
    assert list(policy.roles) == ["a", "b", "d"]


def test_a_file_is_a_policy(tmp_path: Path) -> None:
    write(tmp_path, a=header() + 'role a "A"')
    assert loaded(load_file(tmp_path / "a.policy")) == loaded(load_folder(tmp_path))


def test_a_text_is_a_policy_and_so_are_several() -> None:
    one = loaded(load_text(header() + 'role a "A"\nrole b "B"'))
    several = loaded(load_text({"2.policy": 'role b "B"', "1.policy": header() + 'role a "A"'}))
    assert one == several
    assert one.digest == several.digest


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert codes(load_file(tmp_path / "none.policy")[1]) == ["E0118"]
    assert codes(load_file(tmp_path)[1]) == ["E0118"]
    assert codes(load_folder(tmp_path)[1]) == ["E0535"]
    (tmp_path / "a.policy").write_bytes(b"\xff")
    assert "E0101" in codes(load_folder(tmp_path)[1])


def test_a_policy_without_a_header_says_so_once(tmp_path: Path) -> None:
    write(tmp_path, a='role a "A"')
    assert codes(load_folder(tmp_path)[1]) == ["E0521"]
    write(tmp_path, b="policy a.b\n")
    assert "E0521" not in codes(load_folder(tmp_path)[1])


def test_mistakes_of_every_phase_are_reported_in_one_run(tmp_path: Path) -> None:
    write(tmp_path, a=header(), b='role c "C"\n  prt of d\n', d='role e "E"\n  part of f\n')
    policy, found = load_folder(tmp_path)
    assert policy is None
    assert [one.code[:3] for one in found] == ["E01", "E02"]


def test_a_use_of_what_could_not_be_read_is_no_further_mistake(tmp_path: Path) -> None:
    write(tmp_path, a=header(), b='role c "C"\n  prt of d\n\nrole e "E"\n  part of c\n')
    assert [one.code[:3] for one in load_folder(tmp_path)[1]] == ["E01"]


def test_a_folder_of_folders_holds_several_policies(tmp_path: Path) -> None:
    write(tmp_path, one__a=header("2024.1", start="1 September 2024"), one__b='role b "B"', two__a=header())
    families, found = load_policies([tmp_path])
    assert found == ()
    assert ids(families) == ["a.b 2024.1", "a.b 2025.1"]
    assert codes(load_folder(tmp_path)[1]) == ["E0535"]


def test_files_with_headers_side_by_side_are_policies_each(tmp_path: Path) -> None:
    write(tmp_path, a=header(name="a.a"), b=header(name="b.b"))
    assert ids(load_policies([tmp_path])[0]) == ["a.a 2025.1", "b.b 2025.1"]


def test_a_file_beside_several_policies_belongs_to_none(tmp_path: Path) -> None:
    write(tmp_path, one__a=header(name="a.a"), two__a=header(name="b.b"), stray='role b "B"')
    families, found = load_policies([tmp_path])
    assert ids(families) == ["a.a 2025.1", "b.b 2025.1"]
    assert codes(found) == ["E0535"]


def test_a_policy_with_an_error_is_left_out_and_the_others_are_there(tmp_path: Path) -> None:
    write(tmp_path, one__a=header(name="a.a") + 'role c "C"\n  part of d', two__a=header(name="b.b"))
    families, found = load_policies([tmp_path])
    assert ids(families) == ["b.b 2025.1"]
    assert codes(found) == ["E0203"]


def test_two_versions_need_two_numbers_and_two_first_days(tmp_path: Path) -> None:
    write(tmp_path, one__a=header(), two__a=header())
    assert codes(load_policies([tmp_path])[1]) == ["E0536"]
    write(tmp_path, two__a=header("2025.2"))
    assert codes(load_policies([tmp_path])[1]) == ["E0536"]
    write(tmp_path, two__a=header("2025.2", start="2 September 2025"))
    assert codes(load_policies([tmp_path])[1]) == []


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (dt.date(2022, 8, 31), None),
        (dt.date(2022, 9, 1), "2022.1"),
        (dt.date(2023, 8, 31), "2022.1"),
        (dt.date(2023, 9, 1), "2023.1"),
        (dt.date(2023, 12, 31), "2023.1"),
        (dt.date(2024, 1, 1), None),
        (dt.date(2024, 9, 1), "2024.1"),
        (dt.date(2034, 9, 1), "2024.1"),
    ],
)
def test_a_version_is_in_force_until_the_day_before_its_successor(day: dt.date, version: str | None) -> None:
    """A day that no version covers has none."""
    texts = (
        header("2024.1", start="1 September 2024"),
        header("2022.1", start="1 September 2022"),
        header("2023.1", start="1 September 2023 until 31 December 2023"),
    )
    versions = sorted((loaded(load_text(text)) for text in texts), key=lambda one: one.header.in_force_from)
    family = PolicyFamily(id="a.b", versions=tuple(versions))
    found = family.in_force_on(day)
    assert (found.header.id.version if found else None) == version


def test_a_version_has_a_name_and_a_last_day() -> None:
    first = loaded(load_text(header("2022.1", start="1 September 2022")))
    second = loaded(load_text(header("2023.1", start="1 September 2023")))
    family = PolicyFamily(id="a.b", versions=(first, second))
    assert family.last_day(first) == dt.date(2023, 8, 31)
    assert family.last_day(second) is None
    assert family.version("2023.1") is second
    assert family.version("2024.1") is None


EXTENDS = header(name="c.d", more="extends a.b 2025.1 by r")


def test_what_is_extended_is_found_in_the_folders_named(tmp_path: Path) -> None:
    below = write(tmp_path / "below", deep__inside__a=header() + 'role r "R"')
    top = write(tmp_path / "top", a=EXTENDS)
    policy = loaded(load_folder(top, search=(below,)))
    assert [str(layer.id) for layer in policy.layers] == ["a.b 2025.1", "c.d 2025.1"]
    assert loaded(load_text(EXTENDS, search=(below,))) == policy
    assert ids(load_policies([below, top])[0]) == ["a.b 2025.1", "c.d 2025.1"]


def test_and_nowhere_else(tmp_path: Path) -> None:
    write(tmp_path / "below", a=header() + 'role r "R"')
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.policy").symlink_to(tmp_path / "below" / "a.policy")
    policy, found = load_text(EXTENDS, search=(inside,))
    assert policy is None
    assert codes(found) == ["E0401"]


def test_the_nearest_name_or_the_versions_there_are_is_offered(tmp_path: Path) -> None:
    write(tmp_path, a=header("2024.1", start="1 September 2024") + 'role r "R"')
    assert load_text(EXTENDS, search=(tmp_path,))[1][0].help == "there is 2024.1"
    misspelt = EXTENDS.replace("a.b", "a.bb")
    assert load_text(misspelt, search=(tmp_path,))[1][0].help == "did you mean `a.b`?"
    assert load_text(EXTENDS)[1][0].help == "say in which folders to look"


def test_a_policy_below_with_errors_is_named(tmp_path: Path) -> None:
    write(tmp_path, a=header() + 'role r "R"\n  part of nobody')
    assert codes(load_text(EXTENDS, search=(tmp_path,))[1]) == ["E0402"]
    write(tmp_path, a=header() + 'role r "R"\n  prt of nobody')
    assert codes(load_text(EXTENDS, search=(tmp_path,))[1]) == ["E0402"]


def test_no_policy_extends_itself(tmp_path: Path) -> None:
    write(tmp_path, a=header(more="extends c.d 2025.1 by r") + 'role r "R"')
    assert codes(load_text(EXTENDS, search=(tmp_path,))[1]) == ["E0403"]
    write(tmp_path, b=EXTENDS)
    assert codes(load_text(EXTENDS, search=(tmp_path,))[1]) == ["E0403"]
    assert codes(load_text(EXTENDS.replace("a.b", "c.d"))[1]) == ["E0403"]


def test_the_shipped_policies_have_no_finding() -> None:
    families, found = load_policies([SHIPPED / "england"])
    assert found == ()
    assert ids(families) == ["england.attendance 2022.09", "england.attendance 2024.08"]


def test_the_samples_have_no_error() -> None:
    national, found = load_file(SAMPLES / "national.policy")
    assert national is not None, found
    local, found = load_file(SAMPLES / "local.policy", search=(SHIPPED,))
    assert local is not None, found
    assert str(local.layers[0].id) == "england.attendance 2024.08"


def test_what_lies_beside_a_file_is_found_and_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "here", a=header() + 'role r "R"', c=EXTENDS)
    families, found = load_policies([tmp_path / "here" / "c.policy"])
    assert found == ()
    assert ids(families) == ["c.d 2025.1"]
    write(tmp_path / "there", c=EXTENDS)
    (tmp_path / "there" / "a.policy").symlink_to(tmp_path / "here" / "a.policy")
    assert codes(load_policies([tmp_path / "there" / "c.policy"])[1]) == ["E0401"]
    assert codes(load_policies([tmp_path / "there"])[1]) == ["E0401"]
    assert load_policies([tmp_path / "there"], search=[tmp_path / "here"])[1] == ()


def test_two_policies_of_one_name_and_version_are_shown_at_both_places(tmp_path: Path) -> None:
    write(tmp_path / "one", a=header() + 'role r "R"')
    write(tmp_path / "two", b=header() + 'role r "Another"')
    policy, (only,) = load_text(EXTENDS, search=(tmp_path / "one", tmp_path / "two"))
    assert policy is None
    assert only.code == "E0536"
    assert [Path(label.span.file).name for label in only.labels] == ["a.policy", "b.policy"]
    assert load_text(EXTENDS, search=(tmp_path / "one", tmp_path / "one"))[1] == ()


def test_a_family_comes_with_what_was_in_force_before_it(tmp_path: Path) -> None:
    old = header("2024.1", start="1 September 2024") + 'role r "R"'
    write(tmp_path / "below", old=old, new=header(start="1 September 2025") + 'role r "R"')
    top = write(tmp_path / "top", a=EXTENDS)
    (family,), found = load_policies([top], search=[tmp_path / "below"], before=True)
    assert found == ()
    assert family.before is not None
    assert ids((family.before,)) == ["a.b 2024.1", "a.b 2025.1"]
    assert family.before.before is None
    assert load_policies([top], search=[tmp_path / "below"])[0][0].before is None


def test_a_policy_is_parsed_and_checked_once_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For itself, as what another extends, and as what was in force before that one."""
    seen: list[str] = []

    def parse(text: SourceText) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
        seen.append(Path(text.name).name)
        return parse_either(text)

    def checked(
        tree: syntax.File, *, below: tuple[syntax.File, ...]
    ) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
        seen.append("check")
        return check(tree, below=below)

    monkeypatch.setattr(bundles, "parse_either", parse)
    monkeypatch.setattr(parents, "check", checked)
    below = write(tmp_path / "below", a=header() + 'role r "R"')
    top, beside = write(tmp_path / "top", c=EXTENDS), tmp_path / "beside"
    write(beside, e=EXTENDS.replace("c.d", "e.f"))
    families, found = load_policies([below, top], search=[below, beside], before=True)
    assert found == ()
    assert ids(families) == ["a.b 2025.1", "c.d 2025.1"]
    assert sorted(seen) == ["a.policy", "c.policy", "check", "check"]  # `e.f` only extends what is looked for


def test_what_is_looked_for_is_found_however_its_header_is_written(tmp_path: Path) -> None:
    """Though files that name it only as what they extend are passed over."""
    odd = header().replace("policy a.b", "-- extends a.b\npolicy -- extends\n  a.b")
    assert odd != header()
    write(tmp_path, a=odd + 'role r "R"')
    assert load_text(EXTENDS, search=(tmp_path,))[1] == ()
