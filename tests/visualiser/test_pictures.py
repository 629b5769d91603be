"""Pictures in files: the words are there, the font is in them, and equal policies give equal bytes."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest

from fingerpost_dsl.load import load_folder
from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser import ENDINGS, CannotDrawError, draw_pathway, extras, render
from fingerpost_visualiser.box_labels import box_label
from fingerpost_visualiser.graph import pathway_graph
from fingerpost_visualiser.theme import PLAIN
from fingerpost_visualiser.views.pathway import pathway_scene
from tests.hand_made import LEGAL, legal_with
from tests.visualiser.markup import parsed
from tests.visualiser.test_scene import NASTY, chain, nasty

SVG = "{http://www.w3.org/2000/svg}"


def drawn(path: Path, policy: Policy = LEGAL) -> bytes:
    draw_pathway(policy, "legal", path)
    return path.read_bytes()


def words_of(svg: bytes) -> str:
    root = parsed(svg)
    return " ".join(" ".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text"))


def test_the_svg_shows_every_word(tmp_path: Path) -> None:
    said = re.sub(r"[\s\xa0]", "", words_of(drawn(tmp_path / "legal.svg")))
    for box in pathway_scene(pathway_graph(LEGAL, "legal")).boxes():
        label = "".join(parsed(f"<x>{box_label(box, PLAIN)}</x>").itertext())
        assert re.sub(r"[\s\xa0]", "", label) in said
    for words in ("10unauthorisedsessionsormore", "£160,or£80ifpaidwithin21days", "Fordecisionby:School"):
        assert words in said


def test_the_svg_can_be_read_aloud(tmp_path: Path) -> None:
    root = parsed(drawn(tmp_path / "legal.svg"))
    assert root.findtext(f"{SVG}title") == "Attendance legal intervention"
    titles = [group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")]
    assert any(
        (title or "").startswith("Step 1: Consider a penalty notice. School MUST ") for title in titles
    )
    assert "Bar: No third notice in three years stops Step 3: First penalty notice" in titles
    assert not any(re.fullmatch(r"n\d+|cluster.*|n\d+->.*", title or "") for title in titles)


def test_the_pdf_carries_its_font_and_its_words(tmp_path: Path) -> None:
    pdf = drawn(tmp_path / "legal.pdf")
    assert pdf.startswith(b"%PDF-")
    fonts = set(re.findall(rb"/FontName /[A-Z]{6}\+([\w-]+)", pdf))
    assert fonts == {b"AtkinsonHyperlegible-Regular", b"AtkinsonHyperlegible-Bold"}
    assert b"/FontFile2" in pdf
    content = b"".join(_inflated(pdf))
    assert len(re.findall(rb"TJ|Tj", content)) > 60


def _inflated(pdf: bytes) -> list[bytes]:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    inflated = []
    for stream in streams:
        try:
            inflated.append(zlib.decompress(stream))
        except zlib.error:
            inflated.append(b"")
    return inflated


def test_the_png_is_large_and_not_blank(tmp_path: Path) -> None:
    png = drawn(tmp_path / "legal.png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(png[place : place + 4], "big") for place in (16, 20))
    assert width > 2_000
    assert height > 1_000
    assert len(png) > 150_000, "boxes without words take a third of that"


def test_letters_are_as_wide_as_in_the_bundled_font() -> None:
    """Ten M of 0.82 em and ten i of 0.278 em at 100 points; in other usual fonts M is wider or narrower."""
    face = 'node [shape=plain fontname="Atkinson Hyperlegible" fontsize=100]'
    spots = render.measure(f'digraph {{ {face} a [label="MMMMMMMMMM"] b [label="iiiiiiiiii"] }}')
    assert abs(spots["a"].width - 820) < 6
    assert abs(spots["b"].width - 278) < 3


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_equal_policies_give_equal_files(ending: str, tmp_path: Path) -> None:
    """Also in another process, with another order of hashing, without PATH, at another time."""
    here = hashlib.sha256(drawn(tmp_path / f"legal{ending}")).hexdigest()
    program = (
        "import sys; from pathlib import Path; from tests.hand_made import LEGAL;"
        "from fingerpost_visualiser import draw_pathway; draw_pathway(LEGAL, 'legal', Path(sys.argv[1]))"
    )
    there = tmp_path / f"there{ending}"
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", program, str(there)],
        check=True,
        cwd=root,
        env={
            "PATH": "",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONHASHSEED": "7",
            "TZ": "Pacific/Auckland",
            "HOME": str(tmp_path),
        },
    )
    assert hashlib.sha256(there.read_bytes()).hexdigest() == here


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    drawn(tmp_path / "legal.svg")
    assert capfd.readouterr() == ("", "")


def test_the_environment_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/their/own/fonts.conf")
    before = dict(os.environ)
    drawn(tmp_path / "legal.svg")
    assert dict(os.environ) == before


def test_threads_may_draw_at_once(tmp_path: Path) -> None:
    expected = drawn(tmp_path / "legal.svg")
    paths = [tmp_path / f"{number}.svg" for number in range(4)]
    threads = [threading.Thread(target=drawn, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in paths] == [expected] * 4


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    svg = drawn(tmp_path / "nasty.svg", nasty())
    root = parsed(svg)
    assert not list(root.iter(f"{SVG}script"))
    said = re.sub(r"[\s\xa0]", "", words_of(svg))
    assert re.sub(r"[\s\x00\x07]", "", NASTY)[:60] in said
    drawn(tmp_path / "nasty.pdf", nasty())
    drawn(tmp_path / "nasty.png", nasty())


def test_every_pathway_that_is_shipped_shows_every_word(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "policies" / "fingerpost_policies" / "england"
    for version in ("2022.09", "2024.08"):
        policy, found = load_folder(folder / version)
        assert policy is not None, found
        for name in policy.pathways:
            path = tmp_path / f"{name}.svg"
            draw_pathway(policy, name, path)
            said = re.sub(r"[\s\xa0]", "", words_of(path.read_bytes()))
            for box in pathway_scene(pathway_graph(policy, name)).boxes():
                assert (
                    re.sub(r"[\s\xa0]", "", "".join(parsed(f"<x>{box_label(box, PLAIN)}</x>").itertext()))
                    in said
                )


def test_a_pathway_of_two_hundred_steps_is_drawn(tmp_path: Path) -> None:
    assert "Step of number 199" in words_of(drawn(tmp_path / "long.svg", chain(200)))


def test_a_pathway_without_steps_has_its_title(tmp_path: Path) -> None:
    assert "Attendance legal intervention" in words_of(
        drawn(tmp_path / "e.svg", legal_with(steps={}, bars={}))
    )


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "legal.svg"
    path.write_text("the picture of yesterday", encoding="utf-8")

    def fails(*_: object) -> bytes:
        raise CannotDrawError("no")

    monkeypatch.setattr(render, "_run", fails)
    with pytest.raises(CannotDrawError):
        draw_pathway(LEGAL, "legal", path)
    assert path.read_text(encoding="utf-8") == "the picture of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_ending_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"`legal.gif` should end in one of \.svg, \.png, \.pdf"):
        draw_pathway(LEGAL, "legal", tmp_path / "legal.gif")


def test_an_unknown_pathway_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        draw_pathway(LEGAL, "nowhere", tmp_path / "legal.svg")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_without_pygraphviz_the_program_dot_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "dot"
    stand_in.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    assert render.render("digraph {}", "svg").split() == [b"-Kneato", b"-Tsvg", b"-n2"]
    assert render.measure("digraph {}") == {}


def test_without_graphviz_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    monkeypatch.setattr(render, "which", lambda _: None)
    with pytest.raises(CannotDrawError, match=r"pip install 'fingerpost\[draw\]'"):
        draw_pathway(LEGAL, "legal", tmp_path / "legal.svg")


def test_without_the_extra_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module == "networkx" else object())
    with pytest.raises(
        CannotDrawError, match=r"drawing needs networkx: run `pip install 'fingerpost\[draw\]'`"
    ):
        draw_pathway(LEGAL, "legal", tmp_path / "legal.mmd")


def test_an_error_in_a_label_stops_the_picture() -> None:
    with pytest.raises(RuntimeError, match="Graphviz could not draw every label"):
        render.measure('digraph { a [label=<<table a="1" a="1"><tr><td>x</td></tr></table>>] }')
