"""Markdown to blocks: safe, and cheap while a reply streams."""

from __future__ import annotations

import re

import pytest

from desktop.chat.code_highlight import line_spans
from desktop.chat.markdown import StreamingBlocks, is_safe_link, merge_text, parse_blocks
from desktop.chat.math_text import LONGEST, math_html
from desktop.theme.code_colors import CODE_DARK, CODE_LIGHT
from desktop.theme.colors import DARK, LIGHT

TEXT = """# Basil

Give it **light** and water.

- one
- two

```python
x = 1

y = 2
```

| a | b |
|---|---|
| 1 | 2 |

> quoted

Last words, with `code`."""


def html_of(source: str) -> str:
    return "".join(block.html for block in parse_blocks(source))


def test_raw_html_is_shown_as_text():
    assert html_of("<script>alert(1)</script>\n\na <b>c</b>").count("&lt;") == 4


def test_an_image_is_named_and_never_loaded():
    html = html_of("see ![a cat](https://example.org/cat.png)")
    assert "a cat" in html
    assert "<img" not in html
    assert ">https://example.org/cat.png</a>" in html


def test_an_image_of_another_scheme_stays_as_it_was_written():
    assert html_of("![a](file:///etc/passwd) ![b](data:image/png;base64,AAAA)").count("<a") == 0


def test_only_web_and_mail_links_are_links():
    html = html_of("[a](https://x.org) [b](javascript:alert(1)) [c](file:///etc/passwd) [d](mailto:me@x.org) <ftp://x>")
    assert html.count("<a href") == 2


def test_code_is_a_block_of_its_own_with_its_language():
    code = [block for block in parse_blocks(TEXT) if block.kind == "code"]
    assert [(block.code, block.language) for block in code] == [("x = 1\n\ny = 2", "python")]


def test_neighbouring_prose_is_one_block_so_that_a_selection_can_span_it():
    assert [block.kind for block in merge_text(parse_blocks(TEXT))] == ["text", "code", "text"]


def test_text_that_streams_in_pieces_ends_up_as_the_same_blocks():
    stream = StreamingBlocks()
    final, still_open = [], []
    for start in range(0, len(TEXT), 3):
        finished, still_open = stream.append(TEXT[start : start + 3])
        final += finished
    shown = [(block.kind, block.html, block.code) for block in [*final, *still_open]]
    assert shown == [(block.kind, block.html, block.code) for block in parse_blocks(TEXT)]


def test_while_streaming_at_most_one_block_is_open():
    stream = StreamingBlocks()
    assert all(len(stream.append(TEXT[i : i + 5])[1]) <= 1 for i in range(0, len(TEXT), 5))


def test_a_link_to_nowhere_is_no_link_that_opens():
    # found by fuzzing: an empty address is never asked whether it is safe
    assert '<a href="">' in html_of("[i]( )")
    assert not is_safe_link("")


def text_of(source: str) -> str:
    return re.sub(r"<[^>]*>", "", html_of(source)).strip()


def test_tasks_have_boxes_and_struck_words_a_line():
    html = html_of("- [ ] buy\n- [x] ~~sell~~\n  - [x] nested\n- plain [x] ")
    assert (html.count("☐"), html.count("☑"), html.count("<s>"), html.count("<ul>")) == (1, 2, 1, 2)


def test_lists_and_quotations_nest():
    html = html_of("1. a\n   - b\n     - c\n\n> said\n>> replied\n")
    assert (html.count("<ol>"), html.count("<ul>"), html.count("<blockquote>")) == (1, 2, 2)


def test_a_table_of_many_columns_is_a_block_of_its_own():
    wide = "|a|b|c|d|e|\n|-|-|-|-|-|\n|1|2|3|4|5|"
    assert [block.kind for block in merge_text(parse_blocks(f"Before.\n\n{wide}\n\nAfter."))] == [
        "text",
        "table",
        "text",
    ]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("$x^2 + y_1 = z^{10}$", "x² + y₁ = z¹⁰"),
        (r"\(\frac{a+b}{2}\)", "(a+b)/2"),
        (r"$\sqrt{x+1} \le \sqrt[3]{8}$", "√(x+1)  ≤  ∛8"),
        (r"$$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$$", "∑ᵢ₌₁ⁿ i = (n(n+1))/2"),
        (r"\[\alpha \cdot \beta \neq \Omega\]", "α · β  ≠  Ω"),
        (r"$\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$", "(1, 0; 0, 1)"),
        (r"$x \in \mathbb{R}, \hat{y}, \text{if } a < b$", "x  ∈  ℝ, ŷ, if  a &lt; b"),
        (r"$\unknown{a}$", "unknowna"),
    ],
)
def test_mathematics_is_shown_as_text_with_signs(source: str, shown: str):
    assert " ".join(text_of(source).split()) == " ".join(shown.split())


@pytest.mark.parametrize(
    "source", ["It costs $5 and $10.", "From $5 to $x is much.", "a $ b $ c", "only $5", r"\$a\$", "US$ 3, AU$4"]
)
def test_a_price_is_not_mathematics(source: str):
    assert text_of(source) == source.replace("\\", "")


def test_mathematics_inside_code_stays_as_it_is():
    assert text_of("`$x^2$` and `a $` b$") == "$x^2$ and a $ b$"
    assert parse_blocks("```tex\n$$x^2$$\n```")[0].code == "$$x^2$$"


def test_a_displayed_formula_may_have_lines_that_look_like_lists():
    blocks = parse_blocks("So\n\n$$\na\n+ b\n= c\n$$\n\ndone")
    assert [re.sub("<[^>]*>|\\s", "", block.html) for block in blocks] == ["So", "a+b=c", "done"]


def test_a_formula_without_end_or_measure_is_shown_as_it_was_written():
    assert math_html("{" * 500) == f"<code>{'{' * 500}</code>"
    assert math_html("x" * (LONGEST + 1)).startswith("<code>")
    assert html_of("$$ never closed <b>").count("&lt;b&gt;") == 1


def test_html_inside_a_formula_is_text():
    assert "<script" not in html_of(r"$<script>alert(1)</script>$ $\text{<img src=x>}$ $\<img>$").replace("&lt;", "")


def test_code_of_a_known_language_has_coloured_parts_by_line():
    lines = line_spans('def f():\n    return """a\nb"""  # c', "python")
    assert [kind for _, _, kind in lines[0]] == ["keyword", "name"]
    assert lines[2][0] == (0, 4, "string")
    assert lines[2][-1] == (6, 3, "comment")
    assert line_spans("x = 1", "no-such-language") == []


@pytest.mark.parametrize(("colors", "ground"), [(CODE_LIGHT, LIGHT.sunken), (CODE_DARK, DARK.sunken)])
def test_every_colour_of_code_can_be_read(colors: dict[str, str], ground: str):
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for color in colors.values():
        low, high = sorted((luminance(color), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
