"""The registry of diagnostics: every code, how serious it is, and its title.

A code is never used again for something else. Each has a page in `pages/` and a case in the error gallery; a
test holds the three together. `E` is an error, `W` a warning, `L` a lint.

| codes | about |
|---|---|
| E01xx | reading files and syntax |
| E02xx | names |
| E03xx | types and units |
| E04xx | layers and limits: what a local policy may do |
| E05xx | sense: pathways, enforcement, tiers |
| E06xx | data files and histories |
| E07xx | evaluation |
| W.… and L.… | the same groups, not as serious |
"""

from enum import StrEnum


class Severity(StrEnum):
    """How serious: an error stops, a warning deserves a look, a lint is about style and provenance."""

    ERROR = "error"
    WARNING = "warning"
    LINT = "lint"


_SEVERITY_OF_LETTER = {"E": Severity.ERROR, "W": Severity.WARNING, "L": Severity.LINT}

TITLES: dict[str, str] = {
    # reading files and syntax
    "E0101": "the file is not UTF-8",
    "E0102": "the file is too large",
    "E0103": "nested too deeply",
    "E0104": "a character that does not belong here",
    "E0105": "a quotation mark is never closed",
    "E0106": "not what may stand here",
    "E0107": "an unknown keyword",
    "E0108": "`and` and `or` mixed without brackets",
    "E0109": "a clause that belongs elsewhere",
    "E0110": "a clause is given twice",
    "E0111": "a reserved word as a name",
    "E0112": "a title or a text is missing",
    "E0113": "a sign where the language uses words",
    "E0114": "a code without quotation marks",
    "E0115": "a comma where a semicolon belongs, or the other way round",
    "E0116": "no such date",
    "E0117": "a number that cannot be",
    "E0118": "the file cannot be read",
    "E0119": "more errors than are shown",
    "E0120": "a bracket is never closed",
    "E0121": "not YAML",
    "E0122": "YAML that is not read",
    "E0123": "a key is there twice",
    "E0124": "a value of another shape",
    "E0125": "more than one clause in a value",
    "E0126": "a text that cannot be written",
    # names
    "E0201": "a name is declared twice",
    "E0202": "a built-in name is declared again",
    "E0203": "an unknown name",
    "E0204": "a name of another sort",
    "E0205": "an unknown code",
    "E0206": "not one of the choices",
    "E0207": "an unknown field",
    "E0208": "an unknown passage",
    "E0209": "a passage of no source",
    "E0210": "something in braces that is not a threshold",
    "E0211": "a code with two meanings at once",
    "E0212": "a field is declared twice",
    "E0214": "a set of codes that cannot be told",
    # types and units
    "E0301": "two things that cannot be compared",
    "E0302": "a number without a unit",
    "E0303": "neither true nor false",
    "E0304": "a condition where a value is wanted",
    "E0305": "a condition compared with yes or no",
    "E0306": "arithmetic that has no meaning",
    "E0307": "a share of more than the whole",
    "E0308": "a unit that does not belong here",
    "E0309": "a window over something else",
    "E0310": "a date is wanted",
    "E0311": "a value of another sort",
    "E0312": "another unit",
    "E0313": "no more and no less",
    "E0314": "windows on something that is no event",
    "E0315": "a parent's fact in a rule for pupils",
    "E0316": "tiers and parents of a school",
    "E0317": "a fact of somebody else",
    "E0318": "the last day comes before the first",
    "E0319": "during something that does not last",
    "E0320": "an event that relies on no marks",
    "E0321": "`most … in any` without a window",
    "E0322": "so many of fewer conditions",
    "E0323": "a measure that measures nothing",
    "E0325": "`unmarked` where marks are wanted",
    "E0324": "said of two sorts of people",
    # layers
    "E0401": "the policy that this one extends is not to be found",
    "E0402": "the policy that this one extends has errors",
    "E0403": "policies that extend one another",
    "E0404": "a change without anything below",
    "E0405": "nothing of that name to change",
    "E0406": "changed twice",
    "E0407": "removed, but still used",
    "E0408": "a change of one's own declaration",
    "E0409": "a change without a reason",
    "E0410": "a code of one's own",
    "E0411": "a tier that draws others in",
    "E0412": "in force when what it extends is not",
    "E0413": "a role that no local policy binds",
    "E0417": "a local policy may not change this",
    "E0418": "outside the bounds",
    "E0419": "a `should` addressed to others",
    "E0420": "a `must` for those whom the author does not bind",
    "E0421": "a rule to fine",
    "E0422": "less protection",
    "E0423": "round a bar",
    "E0424": "an end to what others owe",
    # sense, headers and tests
    "E0501": "something that goes round in a circle",
    "E0502": "a step after another pathway's",
    "E0503": "a deadline for what somebody may do",
    "E0504": "something that binds and expires",
    "E0506": "the shortest is longer than the longest",
    "E0507": "bounds the wrong way round",
    "E0508": "a threshold outside its own bounds",
    "E0510": "a pathway without a beginning",
    "E0511": "a step to which nothing leads",
    "E0512": "a step that nothing records",
    "E0513": "two steps with one event",
    "E0514": "enforcement on arithmetic alone",
    "E0516": "`while` over something that is no fact",
    "E0521": "no header",
    "E0522": "two headers",
    "E0523": "no version",
    "E0524": "no date from which it is in force",
    "E0525": "no language, or another one",
    "E0526": "a local policy without an author",
    "E0527": "a source without a weight",
    "E0528": "a threshold without a value",
    "E0529": "a test that lacks something",
    "E0530": "said of nobody",
    "E0531": "two pupils of one name",
    "E0532": "of somebody else",
    "E0533": "nobody of that name in the test",
    "E0534": "expected of the wrong sort of rule",
    "E0535": "files that are no policy",
    "E0536": "two versions that cannot be told apart",
    "E0537": "more than anybody can follow",
    "E0538": "a window or a divisor that is nothing",
    "E0539": "pupils who cannot be numbered",
    # warnings
    "W0101": "comments that are not kept",
    "W0401": "a change that changes nothing",
    "W0501": "a deadline that nobody can miss",
    "W0502": "nothing says when it is done",
    "W0503": "the same asked for twice",
    "W0504": "a deadline that nothing starts",
    "W0505": "conditions that never hold together",
    "W0506": "windows that never meet",
    # lints
    "L0201": "never used",
    "L0202": "a threshold that is never used",
    "L0501": "a number that rests on nothing",
    "L0502": "a number without a name",
    # data files and histories
    "E0601": "the data cannot be read",
    "E0602": "not a history that can be read",
    "E0603": "the file is not UTF-8",
    "E0604": "a character that no text has",
    "E0605": "the file is empty",
    "E0606": "cells separated by something else than commas",
    "E0607": "a cell that does not end",
    "E0608": "a column or key is missing",
    "E0609": "a column without a name",
    "E0610": "a column or key that nobody declared",
    "E0611": "a column or key appears twice",
    "E0612": "a row with too few or too many cells",
    "E0613": "a blank where something is needed",
    "E0614": "no such date in the data",
    "E0615": "not written as a date",
    "E0616": "a date in another age",
    "E0617": "dates in the wrong order",
    "E0618": "a session that is neither AM nor PM",
    "E0619": "no such code",
    "E0620": "a code that was not in the list on that day",
    "E0621": "two different marks for one session",
    "E0622": "a mark in a closed session",
    "E0623": "a mark while not on roll",
    "E0624": "the same pupil, parent or school twice",
    "E0625": "somebody who is not on the list",
    "E0626": "a fact, event or field that nobody declared",
    "E0627": "a value that cannot be",
    "E0628": "a fact or event of somebody else",
    "E0629": "not theirs to judge",
    "E0630": "two different values for the same dates",
    "E0631": "no such year group",
    "E0632": "not JSON",
    "E0633": "something of another shape",
    "E0634": "too long, or nested too deeply",
    "E0635": "not YAML that is read",
    "E0636": "a calendar that contradicts itself",
    "E0637": "a marks string that does not fit",
    "E0640": "two different rows of one event",
    "E0641": "more errors than are shown",
    "E0645": "a sheet that is not read",
    "E0646": "a cell of a workbook that cannot be read",
    "E0651": "a scenario that is not understood",
    "E0652": "a scenario that does not fit the policy",
    "E0661": "a mapping of what is not there",
    "E0662": "mapped twice",
    "E0663": "headers of sessions that are not understood",
    "W0601": "the same mark twice",
    "W0602": "the same row twice",
    "W0603": "no list of pupils",
    "W0604": "open on a bank holiday",
    "W0605": "a break of a day or two",
    "W0606": "a marks string without a calendar",
    "W0607": "marks outside the calendar",
    "W0608": "something was left out",
    "W0609": "a file that is not read",
    "W0610": "what cannot be left out",
    "W0641": "more warnings than are shown",
}


def severity_of(code: str) -> Severity:
    """The severity that a code's letter stands for.

    >>> severity_of("E0104").value
    'error'
    """
    return _SEVERITY_OF_LETTER[code[0]]
