"""Forms of the set-up pages."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import slug_re
from django.utils.translation import gettext_lazy as _

from units.form_fields import DateField
from units.forms.seen import SeenForm
from units.models import Bloc, Council, Person, Role, Unit
from units.rules import RoleKind, UnitEventKind


def plain_helper() -> FormHelper:
    """A crispy helper for forms whose page writes the form tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class CouncilForm(SeenForm, forms.ModelForm[Council]):
    class Meta:
        model = Council
        fields = ["name", "place"]

    helper = plain_helper()


class UnitForm(SeenForm, forms.ModelForm[Unit]):
    class Meta:
        model = Unit
        fields = ["code", "name", "short_name", "system", "valid_from", "valid_to"]
        field_classes = {"valid_from": DateField, "valid_to": DateField}

    helper = plain_helper()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            # The code is in addresses and exchange files of past seasons.
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        # The code becomes a part of addresses.
        if self.instance._state.adding and not slug_re.fullmatch(code):
            raise forms.ValidationError(_("Mã chỉ được có chữ không dấu, số, gạch ngang."))
        others = Unit.objects.filter(council=self.instance.council_id, code=code)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Hội đồng này đã có đơn vị mang mã đó."))
        return code


class UnitEventForm(forms.Form):
    """What happened to which units, when, by which decision."""

    kind = forms.ChoiceField(label=_("Việc"), choices=UnitEventKind.choices)
    happened_on = DateField(label=_("Từ ngày"))
    decision_number = forms.CharField(label=_("Số quyết định"), max_length=100, required=False)
    before = forms.ModelMultipleChoiceField(
        label=_("Đơn vị cũ"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    after = forms.ModelMultipleChoiceField(
        label=_("Đơn vị mới (nếu có)"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    helper = plain_helper()

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            field = self.fields[name]
            if isinstance(field, forms.ModelMultipleChoiceField):
                field.queryset = Unit.objects.filter(council=council)


class BlocForm(SeenForm, forms.ModelForm[Bloc]):
    class Meta:
        model = Bloc
        fields = ["code", "name", "kind", "letterhead"]

    helper = plain_helper()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["code"].disabled = True


class MemberForm(forms.Form):
    """Which unit becomes a member of the bloc, from when to when."""

    unit = forms.ModelChoiceField(label=_("Đơn vị"), queryset=Unit.objects.none())
    division = forms.CharField(
        label=_("Bảng"),
        max_length=60,
        required=False,
        help_text=_("Chỉ ghi khi khối chia bảng để xếp hạng riêng."),
    )
    starts_on = DateField(label=_("Từ ngày"))
    ends_on = DateField(label=_("Đến ngày"), required=False)
    helper = plain_helper()

    def __init__(self, *args: Any, bloc: Bloc, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Unit.objects.filter(council=bloc.council_id, valid_to__isnull=True)


class EndForm(forms.Form):
    """The last day of a membership or role."""

    ends_on = DateField(label=_("Ngày cuối cùng"))
    helper = plain_helper()


class PersonForm(SeenForm, forms.ModelForm[Person]):
    password = forms.CharField(
        label=_("Mật khẩu mới"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ít nhất 10 ký tự. Để trống nếu không đổi."),
    )

    class Meta:
        model = Person
        fields = ["username", "full_name", "position", "email", "phone", "is_active"]

    helper = plain_helper()

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.instance)
        return password


class UnitPersonForm(forms.ModelForm[Person]):
    """Somebody of a unit, with as little to type as can be; the password is their own to set."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=150,
        required=False,
        help_text=_("Để trống thì đặt theo họ tên, không dấu."),
        validators=Person._meta.get_field("username").validators,
    )

    class Meta:
        model = Person
        fields = ["full_name", "position", "email", "username"]
        help_texts = {"email": _("Để nhận thư mời có liên kết đăng nhập lần đầu.")}

    helper = plain_helper()


class RoleForm(forms.ModelForm[Role]):
    """A role and the scope it needs: unit, bloc (with unit for a secretary) or council."""

    class Meta:
        model = Role
        fields = ["kind", "unit", "bloc", "council", "starts_on", "ends_on"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}
        help_texts = {
            "unit": _("Cho đại diện, thủ trưởng, người chấm; thư ký khối: đơn vị của thư ký."),
            "bloc": _("Cho thư ký khối; lãnh đạo phụ trách một khối."),
            "council": _("Cho thường trực Hội đồng; lãnh đạo xem mọi khối của Hội đồng."),
        }

    helper = plain_helper()

    def __init__(self, *args: Any, giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = {
            "unit": Unit.objects.visible_to(giver),
            "bloc": Bloc.objects.visible_to(giver),
            "council": Council.objects.visible_to(giver),
        }
        for name, rows in visible.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        needed = _SCOPES.get(facts.get("kind", ""), ())
        for name in ("unit", "bloc", "council"):
            if name in needed and not facts.get(name) and needed != _LEADER:
                self.add_error(name, _("Vai trò này cần chọn mục này."))
            if name not in needed and facts.get(name):
                self.add_error(name, _("Vai trò này không gắn với mục này."))
        if needed == _LEADER and bool(facts.get("bloc")) == bool(facts.get("council")):
            self.add_error("bloc", _("Chọn một khối hoặc một Hội đồng."))
        return facts


_LEADER = ("bloc", "council")
_SCOPES: dict[str, tuple[str, ...]] = {
    RoleKind.REPRESENTATIVE: ("unit",),
    RoleKind.SIGNATORY: ("unit",),
    RoleKind.SCORER: ("unit",),
    RoleKind.SECRETARY: ("unit", "bloc"),
    RoleKind.LEADER: _LEADER,
    RoleKind.OFFICER: ("council",),
    RoleKind.OPERATOR: (),
}
