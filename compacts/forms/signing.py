"""Forms of digital signing and of the check of a file."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compacts.forms.printable import Printable
from compacts.models import Compact, Participant, Signature
from compacts.queries import signing_board
from compacts.rules import SignatureMethod
from compacts.services.signed_files import Signatory


class _SignatoryForm(forms.Form):
    """Who signs, as what.

    The forms stand on one page, so each has ids of its own: a label belongs to the field of its
    form and of no other.
    """

    way: str

    signatory_name = forms.CharField(
        label=_("Họ và tên người ký"), max_length=150, validators=[Printable()]
    )
    signatory_position = forms.CharField(
        label=_("Chức vụ"), max_length=200, validators=[Printable()]
    )

    def __init__(self, *args: Any, participant: Participant | None = None, **kwargs: Any) -> None:
        if participant is not None:
            kwargs["initial"] = {
                "signatory_name": participant.signatory_name,
                "signatory_position": participant.signatory_position,
            }
        kwargs["auto_id"] = f"{self.way}_%s"
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def signatory(self) -> Signatory:
        """The signatory as the service takes it."""
        facts = self.cleaned_data
        return Signatory(facts["signatory_name"].strip(), facts["signatory_position"].strip())

    def clean_file(self) -> UploadedFile[bytes]:
        """No larger than any upload may be."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return small_enough(file)


def small_enough(file: UploadedFile[bytes]) -> UploadedFile[bytes]:
    """The upload; raises ``ValidationError`` where it is larger than any may be."""
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("Tệp lớn hơn %(limit)d MB."),
            params={"limit": settings.UPLOAD_MAX_BYTES // (1024 * 1024)},
        )
    return file


NO_FILE = {"required": _("Hãy chọn tệp.")}


class CertificateFileForm(_SignatoryForm):
    """Sign with a certificate file and its password, both forgotten at once."""

    way = "tep"

    file = forms.FileField(
        label=_("Tệp chứng thư số (.p12, .pfx)"),
        error_messages=NO_FILE,
        help_text=_("Tệp và mật khẩu chỉ dùng cho lần ký này, hệ thống không lưu."),
    )
    password = forms.CharField(
        label=_("Mật khẩu của tệp"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class TokenForm(_SignatoryForm):
    """Begin signing with a USB token or a remote service: its certificate is needed first."""

    way = "thiet_bi"

    file = forms.FileField(
        label=_("Chứng thư số của người ký (.cer, .crt, .pem)"),
        error_messages=NO_FILE,
        help_text=_("Chỉ phần công khai; khóa ký vẫn nằm trong thiết bị của người ký."),
    )


class SignedFileForm(_SignatoryForm):
    """Bring back the file signed by a program on the own machine."""

    way = "da_ky"

    file = forms.FileField(label=_("Tệp PDF đã ký số"), error_messages=NO_FILE)


class RemoteSignatureForm(forms.Form):
    """The signature that a token made, as base64."""

    signature = forms.CharField(
        label=_("Chữ ký (base64)"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class ManyScanForm(forms.Form):
    """One scan for several units: the pages on which all of them signed."""

    units = forms.MultipleChoiceField(
        label=_("Các đơn vị có chữ ký trong tệp"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một đơn vị.")},
    )
    file = forms.FileField(
        label=_("Bản chụp các trang ký"),
        error_messages=NO_FILE,
        allow_empty_file=True,
        help_text=_("PDF hoặc ảnh PNG, JPEG; tối đa 20 MB."),
    )

    def __init__(self, *args: Any, compact: Compact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["units"]).choices = [
            (str(row.signature.pk), self._label(row.name, row.signature))
            for row in signing_board(compact)
            if row.signature and row.signature.method == SignatureMethod.WET
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @staticmethod
    def _label(unit: str, signature: Signature) -> str:
        words = f"{unit}: {signature.signatory_name}"
        if signature.scan_id is None:
            return words
        return gettext("%(who)s (đã có bản chụp, lưu lại sẽ thay)") % {"who": words}


class CheckForm(forms.Form):
    """A code from a paper, or a PDF to be looked at; neither is kept."""

    code = forms.CharField(label=_("Mã kiểm tra"), max_length=16, required=False)
    file = forms.FileField(label=_("Tệp PDF"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_file(self) -> UploadedFile[bytes] | None:
        """No larger than any upload may be."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        return small_enough(file) if file else None

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        facts: dict[str, Any] = super().clean() or {}
        if not facts.get("code") and not facts.get("file") and not self.errors:
            raise ValidationError(_("Hãy nhập mã kiểm tra hoặc chọn tệp PDF."))
        return facts
