"""How the fields of a form are drawn."""

from django import forms

from yigui.catalogue.form_fields import TickBox
from yigui.ui.templatetags.yigui import is_check, widget


class _Form(forms.Form):
    tick = forms.Field(widget=TickBox(), required=False)
    name = forms.CharField()
    one = forms.ChoiceField(choices=[("1", "一")])
    some = forms.MultipleChoiceField(choices=[("1", "一")], widget=forms.CheckboxSelectMultiple)


def test_a_box_of_our_own_is_drawn_as_a_box() -> None:
    form = _Form({"tick": "on"})
    drawn = {name: str(widget(form[name])) for name in form.fields}
    assert is_check(form["tick"])
    assert {name: css for name in drawn for css in ("form-check-input", "form-select", "form-control") if f'class="{css}' in drawn[name]} == {
        "tick": "form-check-input", "name": "form-control", "one": "form-select", "some": "form-check-input",
    }  # fmt: skip
    assert "checked" in drawn["tick"]
