"""A model file's template is a stranger's program: it may neither run for ever, nor fill memory, nor reach out."""

from __future__ import annotations

import sys
import time

import jinja2
import pytest

from engine.generation.template_sandbox import MAX_TEXT, RENDER_S, SandboxedTemplate, TemplateLimitError

TURNS = [{"role": "user", "content": "hi"}]

ENDLESS = {
    "a loop in a loop": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "a loop that calls": "{% for i in range(99999) %}{% for j in range(99999) %}{{ namespace(a=j) and '' }}{% endfor %}"
    "{% endfor %}",
    "output": "{% for i in range(99999) %}{% for j in range(99999) %}{{ '0123456789' }}{% endfor %}{% endfor %}",
    "doubling": "{% set n = namespace(t='0123456789') %}{% for i in range(64) %}{% set n.t = n.t ~ n.t %}{{ n.t[:1] }}"
    "{% endfor %}",
    "doubling of a local": "{% macro f(t) %}{% if t %}{{ f(t ~ t) }}{% endif %}{% endmacro %}{{ f('0123456789') }}",
    "recursion": "{% macro f(t) %}{{ f(t) }}{% endmacro %}{{ f('a') }}",
}
AT_ONCE = {
    "a long text, made beforehand": "{{ 'a' * 10**10 }}",
    "a long list": "{% set l = [0] * 10**10 %}",
    "a large power": "{{ 10 ** 10 ** 10 }}",
    "a wide field": "{{ '%99999999999d' % 1 }}",
    "a long range": "{{ range(10**10) | list | length }}",
    "Python's insides": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a change of what it was given": "{{ messages.append(1) }}",
    "an include": "{% include '/etc/passwd' %}",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_what_would_not_end_is_ended(source: str):
    started = time.monotonic()
    with pytest.raises(jinja2.TemplateError):
        SandboxedTemplate(source, "<s>", "</s>").render(TURNS)
    assert time.monotonic() - started < 3 * RENDER_S


@pytest.mark.parametrize("source", AT_ONCE.values(), ids=AT_ONCE)
def test_what_would_fill_memory_or_reach_out_is_refused(source: str):
    started = time.monotonic()
    with pytest.raises(jinja2.TemplateError):
        SandboxedTemplate(source, "<s>", "</s>").render(TURNS)
    assert time.monotonic() - started < RENDER_S


def test_the_largest_message_is_still_rendered():
    content = "long " * (8 * 1024 * 1024 // 5)
    rendered = SandboxedTemplate("{% for m in messages %}{{ m['content'] }}{% endfor %}", "", "").render(
        [{"role": "user", "content": content}]
    )
    assert rendered == content
    assert len(content) < MAX_TEXT


def test_a_trace_that_was_set_before_is_there_afterwards():
    def trace(*_: object) -> None:
        return None

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        SandboxedTemplate("{{ bos_token }}", "<s>", "").render(TURNS)
        with pytest.raises(TemplateLimitError):
            SandboxedTemplate("{{ 'a' * 10**10 }}", "", "").render(TURNS)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(former)


def test_what_templates_of_real_models_use_is_there():
    source = (
        "{% generation %}{{ bos_token }}{% endgeneration %}{% for m in messages %}{% if loop.index > 1 %}{% break %}"
        "{% endif %}{{ m | tojson }}{% endfor %}{{ strftime_now('%Y') | length }}"
        "{% if add_generation_prompt %}{{ '-' * 3 + eos_token }}{% endif %}"
    )
    rendered = SandboxedTemplate(source, "<s>", "</s>").render([*TURNS, *TURNS])
    assert rendered == '<s>{"role": "user", "content": "hi"}4---</s>'
