"""From a parser that stopped to a message that helps: what was found, what may stand here, what was meant.

The rules are tried in order, the most particular first; each looks at what was found, what would have been
taken and what came before, and returns a diagnostic or nothing. The last one always has something to say.
"""

import difflib
import re
from collections.abc import Callable

from fingerpost_dsl import grammar_words, habits
from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION, listed, with_article
from fingerpost_dsl.parse_tree import Token
from fingerpost_dsl.recogniser import Stopped
from fingerpost_dsl.scene import LONGEST_QUOTE, Scene, scene_of
from fingerpost_dsl.source import SourceText


def explain(stopped: Stopped, source: SourceText, base: int) -> Diagnostic:
    """The one diagnostic for a stretch of text that begins at `base` and does not parse."""
    scene = scene_of(stopped, source, base)
    for rule in _RULES:
        if (diagnostic := rule(scene)) is not None:
            return diagnostic
    return _otherwise(scene)


def _mixed(scene: Scene) -> Diagnostic | None:
    """`a and b or c`: the grammar has taken the one word and refuses the other."""
    other = {"and": "or", "or": "and"}.get(scene.found)
    if other is None or other.upper() not in scene.acceptable:
        return None
    depth = 0
    for token in reversed(scene.stopped.tokens):
        depth += {"RPAR": 1, "LPAR": -1}.get(token.type, 0)
        if depth < 0:
            break
        if depth == 0 and token == other:
            return Diagnostic(
                code="E0108",
                message="`and` and `or` are mixed without brackets",
                span=scene.span,
                labels=(Label(scene.token_span(token), f"`{other}` here"),),
                help="say what belongs together: `(a and b) or c`, or `a and (b or c)`",
            )
    return None


def _separator(scene: Scene) -> Diagnostic | None:
    if scene.found == "," and "SEMICOLON" in scene.acceptable:
        return scene.diagnostic(
            "E0115", "inside brackets, a list has semicolons", "write `;` (a comma separates windows)", ";"
        )
    if scene.found == "and" and "COMMA" in scene.acceptable:
        return scene.diagnostic("E0115", "names in a list stand with commas between them", "write `,`", ",")
    if scene.found == ";" and "COMMA" in scene.acceptable:
        return scene.diagnostic(
            "E0115", "this list has commas", "write `,` (semicolons are for lists inside brackets)", ","
        )
    return None


def _bracket(scene: Scene) -> Diagnostic | None:
    if scene.found == ")":
        return scene.diagnostic("E0120", "this bracket closes nothing", "take it away, or open it with `(`")
    ends = not scene.found or scene.found in KINDS_OF_DECLARATION or _clause_at(scene) is not None
    if "RPAR" not in scene.acceptable or not ends:
        return None
    depth = 0
    for token in reversed(scene.stopped.tokens):
        depth += {"RPAR": 1, "LPAR": -1}.get(token.type, 0)
        if depth < 0:
            return Diagnostic(
                code="E0120",
                message="this bracket is never closed",
                span=scene.token_span(token),
                labels=(Label(scene.span, "`)` was expected before this"),) if scene.found else (),
                help="close it with `)`",
            )
    return None


def _title(scene: Scene) -> Diagnostic | None:
    """A declaration without its title, an action without its text, a clause without its reason."""
    if scene.acceptable - {"DOT", "OF"} != {"STRING"}:
        return None
    before = scene.stopped.tokens[-1] if scene.stopped.tokens else None
    code_like = re.fullmatch(r"[A-Z#/\\][A-Z0-9]?", scene.found)
    if before is None or (code_like and before in {"code", "marked", "="}):
        return None
    if before.type == "NAME":
        kind = scene.kind or "declaration"
        message, advice = (
            f"`{before}` has no title",
            f'{with_article(kind)} is written `{kind} {before} "Title"`',
        )
    elif before.type == "MODALITY":
        message, advice = f"`{before}` what?", f'write what to do in quotation marks: `{before} "…"`'
    else:
        message, advice = f"`{before}` needs a text", f'write it in quotation marks: `{before} "…"`'
    return Diagnostic(
        code="E0112",
        message=f"{message}: found {scene.quoted}" if scene.found else message,
        span=scene.span if scene.found else scene.token_span(before),
        help=advice,
    )


def _reason(scene: Scene) -> Diagnostic | None:
    """A change or a removal that ends without its `because`."""
    if "BECAUSE" not in scene.acceptable or scene.found or scene.kind not in ("change", "remove"):
        return None
    after = scene.stopped.tokens[-1]
    what = "change" if scene.kind == "change" else "removal"
    return Diagnostic(
        code="E0409",
        message=f"this {what} does not say why",
        span=scene.token_span(after),
        help='add a line: `because "…"`, with the reason in a few words',
    )


def _code(scene: Scene) -> Diagnostic | None:
    """A code of the register without quotation marks."""
    sign = re.fullmatch(r"[A-Z][0-9A-Z]?|[/\\#]", scene.found)
    if sign is None or "STRING" not in scene.acceptable:
        return None
    return scene.diagnostic(
        "E0114",
        f"{scene.quoted} is not in quotation marks",
        f'codes are quoted: `"{scene.found}"`',
        f'"{scene.found}"',
    )


def _quoted_name(scene: Scene) -> Diagnostic | None:
    name = scene.found.strip('"')
    if not scene.found.startswith('"') or "NAME" not in scene.acceptable:
        return None
    is_name = re.fullmatch(r"[A-Za-z_]\w*", name) is not None
    return scene.diagnostic(
        "E0106",
        f"expected a name, found the text {scene.quoted}",
        f"names stand without quotation marks: `{name}`"
        if is_name
        else "names stand without quotation marks",
        name if is_name else None,
    )


def _clause_at(scene: Scene) -> str | None:
    """The words with which some clause begins and which stand here; the longest."""
    fitting = [
        clause
        for clause in grammar_words.all_clauses()
        if scene.words == clause or scene.words.startswith(f"{clause} ")
    ]
    return max(fitting, key=len, default=None)


def _clause_elsewhere(scene: Scene) -> Diagnostic | None:
    clause = _clause_at(scene)
    if clause is None or not scene.may_end or scene.kind is None or clause.split()[0] in scene.takes_words:
        return None
    homes = [with_article(home) for home in grammar_words.all_clauses()[clause]]
    own = [f"`{words}`" for words in grammar_words.clauses_of(scene.kind)]
    return Diagnostic(
        code="E0109",
        message=f"`{clause}` is not a clause of {with_article(scene.kind)}",
        span=scene.stretch(_length(scene, clause)),
        help=f"{with_article(scene.kind)} may have {listed(own)}; `{clause}` belongs to {listed(homes)}",
    )


def _length(scene: Scene, words: str) -> int:
    pattern = r"\s+".join(map(re.escape, words.split()))
    match = re.compile(pattern).match(scene.stopped.text, scene.offset)
    return len(match.group()) if match else len(scene.found)


def _misspelt(scene: Scene) -> Diagnostic | None:
    """A word of the language with a slip in it, of those that may stand here."""
    if not scene.words or scene.found in KINDS_OF_DECLARATION:
        return None
    best, best_ratio, best_length = "", 0.74, 0
    for words in scene.takes_words:
        count = words.count(" ") + 1
        written = " ".join(scene.words.split()[:count])
        if written == words or (len(written) < 3 and len(words) > 3):
            continue
        ratio = difflib.SequenceMatcher(None, written.lower(), words).ratio()
        if (ratio, len(words)) > (best_ratio, len(best)):
            best, best_ratio, best_length = words, ratio, _length(scene, written)
    if not best:
        return None
    span = scene.stretch(best_length)
    starts_declaration = scene.may_end and best in KINDS_OF_DECLARATION
    what = "no declaration begins with" if starts_declaration else "not a word of the language:"
    return Diagnostic(
        code="E0107",
        message=f"{what} `{' '.join(span.text.split())}`",
        span=span,
        help=f"did you mean `{best}`?",
        fix=Fix(span, best),
    )


def _unknown_keyword(scene: Scene) -> Diagnostic | None:
    """A word where only a clause or a declaration can begin."""
    if not scene.may_end or not re.fullmatch(r"[A-Za-z_][\w.]*", scene.found):
        return None
    line_start = scene.source.text[: scene.base + scene.offset].rpartition("\n")[2]
    if not line_start.strip() and scene.kind is None:
        return scene.diagnostic(
            "E0107",
            f"no declaration begins with {scene.quoted}",
            f"declarations begin with {listed([f'`{kind}`' for kind in KINDS_OF_DECLARATION])}",
        )
    if scene.found in KINDS_OF_DECLARATION or scene.kind is None:
        return None
    if line_start.strip() and scene.acceptable & {"AND", "IS", "OF"}:
        return None
    own = [f"`{words}`" for words in grammar_words.clauses_of(scene.kind)]
    return scene.diagnostic(
        "E0107",
        f"no clause of {with_article(scene.kind)} begins with {scene.quoted}",
        f"{with_article(scene.kind)} may have {listed(own)}",
    )


def _foreign(scene: Scene) -> Diagnostic | None:
    """A sign that the language does not have."""
    if len(scene.found) != 1 or scene.found.isalnum() or scene.found in '_"()+-*/.,;=£':
        return None
    advice = {
        "[": "lists stand in round brackets: `(a; b)`",
        "]": "lists stand in round brackets: `(a; b)`",
        "{": "`{…}` inserts a threshold into a text, inside quotation marks",
        "#": "a comment begins with `--`",
        ":": "no colon is needed",
        "$": "amounts of money are written `£160`",
        "€": "amounts of money are written `£160`",
        "%": "a percentage is a number and `%` without a space: `10%`",
    }.get(scene.found, "this sign may stand in texts and comments only")
    return scene.diagnostic("E0104", f"{scene.quoted} does not belong here", advice)


def _otherwise(scene: Scene) -> Diagnostic:
    after = scene.stopped.tokens[-1] if scene.stopped.tokens else None
    wanted = grammar_words.expected(scene.acceptable, scene.kind)
    place = f" after `{_short(after)}`" if after is not None else ""
    message = f"expected {wanted}{place}, found {scene.quoted}"
    span = scene.span
    if not scene.found and after is not None:
        span = scene.token_span(after)
    return Diagnostic(code="E0106", message=message, span=span, help=_advice(scene))


def _advice(scene: Scene) -> str:
    if "UNIT" in scene.acceptable and re.fullmatch(r"\d+", str((scene.stopped.tokens or ("",))[-1])):
        return "a number needs its unit: `sessions`, `school days`, `weeks`, `terms` …"
    if [*scene.stopped.tokens[-3:-1]] == ["run", "of"] and scene.acceptable == {"IN"}:
        marks = scene.stopped.tokens[-1]
        return f"say what the run is counted in: `run of {marks} in school days`, or `in sessions`"
    if scene.found in habits.COMPARISON_SLIPS:
        return "comparisons are `is at least`, `is at most`, `is more than`, `is less than`"
    return ""


def _short(token: Token) -> str:
    text = " ".join(token.split())
    return f"{text[:LONGEST_QUOTE]}…" if len(text) > LONGEST_QUOTE else text


_RULES: tuple[Callable[[Scene], Diagnostic | None], ...] = (
    habits.sign,
    habits.comparison,
    habits.comparison_without_is,
    habits.other_word,
    habits.number_word,
    habits.percent,
    _mixed,
    _separator,
    _bracket,
    _title,
    _reason,
    _code,
    _quoted_name,
    _clause_elsewhere,
    _misspelt,
    _unknown_keyword,
    _foreign,
)
