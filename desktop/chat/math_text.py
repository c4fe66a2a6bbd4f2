"""LaTeX's mathematics as text with raised and lowered parts, in the HTML that a QTextDocument knows. No Qt.

Not typeset: a fraction is written on one line, with brackets where it needs them. What is not known is shown as it was
written, without its backslash.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 4000
"""Characters. A longer formula is shown as it was written."""
_DEEPEST = 30

_SYMBOLS: dict[str, str] = dict(
    pair.split("=", 1)
    for pair in [
        "alpha=α",
        "beta=β",
        "gamma=γ",
        "delta=δ",
        "epsilon=ϵ",
        "varepsilon=ε",
        "zeta=ζ",
        "eta=η",
        "theta=θ",
        "vartheta=ϑ",
        "iota=ι",
        "kappa=κ",
        "lambda=λ",
        "mu=μ",
        "nu=ν",
        "xi=ξ",
        "omicron=ο",
        "pi=π",
        "varpi=ϖ",
        "rho=ρ",
        "varrho=ϱ",
        "sigma=σ",
        "varsigma=ς",
        "tau=τ",
        "upsilon=υ",
        "phi=ϕ",
        "varphi=φ",
        "chi=χ",
        "psi=ψ",
        "omega=ω",
        "Gamma=Γ",
        "Delta=Δ",
        "Theta=Θ",
        "Lambda=Λ",
        "Xi=Ξ",
        "Pi=Π",
        "Sigma=Σ",
        "Upsilon=Υ",
        "Phi=Φ",
        "Psi=Ψ",
        "Omega=Ω",
        "sum=∑",
        "prod=∏",
        "coprod=∐",
        "int=∫",
        "iint=∬",
        "iiint=∭",
        "oint=∮",
        "bigcup=⋃",
        "bigcap=⋂",
        "infty=∞",
        "partial=∂",
        "nabla=∇",
        "hbar=ℏ",
        "ell=ℓ",
        "Re=ℜ",
        "Im=ℑ",
        "aleph=ℵ",
        "emptyset=∅",
        "varnothing=∅",
        "forall=∀",
        "exists=∃",
        "nexists=∄",
        "neg=¬",
        "lnot=¬",
        "angle=∠",
        "degree=°",
        "prime=′",
        "dagger=†",
        "ldots=…",
        "dots=…",
        "cdots=⋯",
        "vdots=⋮",
        "ddots=⋱",
        "therefore=∴",
        "because=∵",
        "top=⊤",
        "bot=⊥",
        "lfloor=⌊",
        "rfloor=⌋",
        "lceil=⌈",
        "rceil=⌉",
        "langle=⟨",
        "rangle=⟩",
        "vert=|",
        "Vert=‖",
        "lvert=|",
        "rvert=|",
        "lVert=‖",
        "rVert=‖",
        "mid=|",
        "lbrace={",
        "rbrace={",
        "backslash=\\",
    ]
)
_SYMBOLS["rbrace"] = "}"
_RELATIONS: dict[str, str] = dict(
    pair.split(":", 1)
    for pair in [
        "le:≤",
        "leq:≤",
        "leqslant:≤",
        "ge:≥",
        "geq:≥",
        "geqslant:≥",
        "ne:≠",
        "neq:≠",
        "approx:≈",
        "equiv:≡",
        "sim:∼",
        "simeq:≃",
        "cong:≅",
        "propto:∝",
        "ll:≪",
        "gg:≫",
        "in:∈",
        "notin:∉",
        "ni:∋",
        "subset:⊂",
        "subseteq:⊆",
        "supset:⊃",
        "supseteq:⊇",
        "to:→",
        "rightarrow:→",
        "leftarrow:←",
        "gets:←",
        "leftrightarrow:↔",
        "Rightarrow:⇒",
        "Leftarrow:⇐",
        "Leftrightarrow:⇔",
        "implies:⇒",
        "iff:⇔",
        "mapsto:↦",
        "longrightarrow:⟶",
        "times:×",
        "div:÷",
        "cdot:·",
        "pm:±",
        "mp:∓",
        "ast:∗",
        "star:⋆",
        "circ:∘",
        "bullet:•",
        "oplus:⊕",
        "otimes:⊗",
        "cup:∪",
        "cap:∩",
        "setminus:∖",
        "wedge:∧",
        "land:∧",
        "vee:∨",
        "lor:∨",
        "perp:⊥",
        "parallel:∥",
        "models:⊨",
        "vdash:⊢",
        "uparrow:↑",
        "downarrow:↓",
        "triangleq:≜",
        "coloneqq:≔",
    ]
)
"""Those that stand between two things, with room around them."""
_TIGHT = {"cdot", "circ", "times"}
_NAMES = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "log",
        "ln",
        "lg",
        "exp",
        "lim",
        "limsup",
        "liminf",
        "max",
        "min",
        "sup",
        "inf",
        "arg",
        "det",
        "dim",
        "ker",
        "deg",
        "gcd",
        "Pr",
        "mod",
        "bmod",
        "argmax",
        "argmin",
    ]
)
_SPACES = {
    ",": "\u2009",
    ";": " ",
    ":": " ",
    "!": "",
    " ": " ",
    "quad": "\u2003",
    "qquad": "\u2003\u2003",
    "enspace": " ",
}
_TEXTS = frozenset(
    [
        "text",
        "textrm",
        "textit",
        "textbf",
        "textsf",
        "texttt",
        "mathrm",
        "mathit",
        "mathsf",
        "mathtt",
        "operatorname",
        "mbox",
        "boldsymbol",
        "bm",
        "mathbf",
        "mathnormal",
    ]
)
_SILENT = frozenset(
    [
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "middle",
        "mathstrut",
    ]
)
_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "vec": "\u20d7", "dot": "\u0307",
    "ddot": "\u0308", "tilde": "\u0303", "widetilde": "\u0303", "underline": "\u0332",
}  # fmt: skip
_DOUBLE_STRUCK = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ", "E": "𝔼", "1": "𝟙", "F": "𝔽"}
_SUPER = dict(zip("0123456789+-=()ni−′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻′", strict=True))
_SUB = dict(zip("0123456789+-=()aeioruvxjknmtp−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢₒᵣᵤᵥₓⱼₖₙₘₜₚ₋", strict=True))
_ROOTS = {"3": "∛", "4": "∜"}
_BRACKETS = {
    "matrix": ("[", "]"), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"),
    "array": ("[", "]"), "smallmatrix": ("[", "]"),
}  # fmt: skip
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)


@dataclass
class _Reader:
    tokens: list[str]
    position: int = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.position += 1
        return token

    def skip_space(self) -> None:
        while self.peek().isspace():
            self.position += 1

    def raw_group(self) -> str:
        """What stands between braces, as it was written; else the next token."""
        self.skip_space()
        if self.peek() != "{":
            return self.next()
        self.next()
        depth, parts = 1, []
        while self.peek():
            token = self.next()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                break
            parts.append(token)
        return "".join(parts)


def math_html(source: str) -> str:
    """A formula, without its dollar signs, as HTML."""
    source = source.strip()
    if len(source) > LONGEST:
        return f"<code>{html.escape(source)}</code>"
    try:
        return _until(_Reader(_TOKEN.findall(source)), (), 0).strip()
    except _TooDeepError:
        return f"<code>{html.escape(source)}</code>"


class _TooDeepError(Exception):
    pass


def _until(reader: _Reader, ends: tuple[str, ...], depth: int) -> str:
    if depth > _DEEPEST:
        raise _TooDeepError
    parts: list[str] = []
    while (token := reader.peek()) and token not in ends:
        reader.next()
        if token in ("^", "_"):
            parts.append(_script(_argument(reader, depth), token))
        elif token == "'":
            parts.append("′")
        else:
            parts.append(_one(token, reader, depth))
    return "".join(parts)


def _one(token: str, reader: _Reader, depth: int) -> str:
    if token.isspace():
        return " "
    if token == "{":
        inner = _until(reader, ("}",), depth + 1)
        reader.next()
        return inner
    if token == "}" or token == "&":
        return " " if token == "&" else ""
    if token.startswith("\\") and len(token) > 1:
        return _command(token[1:], reader, depth)
    if token == "-":
        return "−"
    if token.isalpha() and token.isascii():
        return f"<i>{token}</i>"
    return html.escape(token)


def _argument(reader: _Reader, depth: int) -> str:
    reader.skip_space()
    token = reader.next()
    return _one(token, reader, depth + 1) if token else ""


def _command(name: str, reader: _Reader, depth: int) -> str:
    if depth > _DEEPEST:
        raise _TooDeepError
    name = name.rstrip("*") or name
    simple = _simple(name)
    if simple is not None:
        return simple
    if name in _TEXTS:
        words = html.escape(reader.raw_group())
        return f"<b>{words}</b>" if name in ("mathbf", "textbf", "boldsymbol", "bm") else words
    if name in ("mathbb", "mathcal", "mathscr", "mathfrak"):
        letters = reader.raw_group()
        return html.escape("".join(_DOUBLE_STRUCK.get(each, each) if name == "mathbb" else each for each in letters))
    if name in _ACCENTS:
        return _accented(_argument(reader, depth), _ACCENTS[name])
    if name in ("frac", "dfrac", "tfrac", "cfrac"):
        above, below = _argument(reader, depth), _argument(reader, depth)
        return f"{_bracketed(above)}/{_bracketed(below)}"
    if name in ("binom", "dbinom", "tbinom"):
        return f"({_argument(reader, depth)} over {_argument(reader, depth)})"
    if name == "sqrt":
        return _root(reader, depth)
    if name == "begin":
        return _environment(reader, depth)
    if name in ("end", "label", "tag", "color", "hspace", "vspace", "phantom"):
        reader.raw_group()
        return ""
    return html.escape(name)


def _simple(name: str) -> str | None:
    """A command that reads nothing after it; None for others."""
    if name in _SYMBOLS:
        return html.escape(_SYMBOLS[name])
    if name in _RELATIONS:
        return _RELATIONS[name] if name in _TIGHT else f" {_RELATIONS[name]} "
    if name in _NAMES:
        return f"{name} "
    if name in _SPACES:
        return _SPACES[name]
    if name in _SILENT:
        return ""
    if name == "\\":
        return "<br>"
    if len(name) == 1 and not name.isalpha():
        return "‖" if name == "|" else html.escape(name)
    return None


def _root(reader: _Reader, depth: int) -> str:
    degree = ""
    reader.skip_space()
    if reader.peek() == "[":
        reader.next()
        degree = _until(reader, ("]",), depth + 1)
        reader.next()
    under = _argument(reader, depth)
    sign = _ROOTS.get(degree) or (_script(degree, "^") + "√" if degree else "√")
    return f"{sign}{_bracketed(under)}"


def _environment(reader: _Reader, depth: int) -> str:
    name = reader.raw_group().rstrip("*")
    if name == "array":
        reader.raw_group()  # how its columns stand
    rows: list[list[str]] = [[""]]
    while reader.peek():
        rows[-1][-1] += _until(reader, ("&", "\\\\", "\\end"), depth + 1)
        token = reader.next()
        if token == "&":
            rows[-1].append("")
        elif token == "\\\\":
            rows.append([""])
        else:
            reader.raw_group()
            break
    filled = [[cell.strip() for cell in cells] for cells in rows if any(cell.strip() for cell in cells)]
    if name in _BRACKETS:
        left, right = _BRACKETS[name]
        return left + "; ".join(", ".join(cells) for cells in filled) + right
    between = ", " if name == "cases" else " "
    lines = [between.join(cell for cell in cells if cell) for cells in filled]
    if name == "cases":
        return "{ " + "; ".join(lines)
    return "<br>".join(lines)


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def _script(markup: str, sign: str) -> str:
    """Raised or lowered: with Unicode's own small characters where all of them have one, which survives copying."""
    small = _SUPER if sign == "^" else _SUB
    plain = _plain(markup).strip()
    if plain and all(character in small for character in plain):
        return "".join(small[character] for character in plain)
    tag = "sup" if sign == "^" else "sub"
    return f"<{tag}>{markup.strip()}</{tag}>"


def _bracketed(markup: str) -> str:
    """In brackets, unless it is one name or number."""
    markup = markup.strip()
    plain = _plain(markup)
    alone = (
        plain.isalnum() or len(plain) <= 1 or (plain.startswith("(") and plain.endswith(")") and plain.count("(") == 1)
    )
    return markup if alone else f"({markup})"


def _accented(markup: str, accent: str) -> str:
    plain = _plain(markup)
    if len(plain) == 1:
        return markup.replace(plain, unicodedata.normalize("NFC", plain + accent))
    return "".join(character + accent for character in html.escape(plain, quote=False)) if plain.isalnum() else markup
